/**
 * Compares counters with what clients saw of debates, from both sides: agent messages, consensus, debates that ended without it. Debates of
 * which nobody saw the end make the bounds wider, and nothing else does.
 */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { above } from '../../bounds.ts';
import { lacking, property } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { CountedEvent, MetricSignal } from '../signals.ts';
import { countedByClients, infoOfMetric, type MetricCheck, type MetricFacts, type OfMetric } from './facts.ts';
import { debatesText, isLedger, type Ledger, ledgerOf, openText, withoutLedger } from './ledger.ts';
import { uncountable } from './reconcile.ts';
import { increaseOf, locationOf, seriesOf, totalIncrease } from './series.ts';

type Counting = MetricSignal & { readonly counts: CountedEvent };

/** The check that a counter or a histogram counts what clients saw. */
export function owedCheck(signal: Counting): MetricCheck {
  const own: OfMetric = {
    bounds: countedByClients(signal),
    ...WORDS[signal.counts],
    what: 'reconciles',
    section: 'clients-against-server',
  };
  return checkOf(infoOfMetric(signal, own), (check, facts: MetricFacts) => judgeOwed(check, facts, signal));
}

const WORDS: Readonly<Record<CountedEvent, Pick<OfMetric, 'subject' | 'proves' | 'bounds'>>> = {
  'agent-messages': {
    subject: 'counts the agents that clients heard',
    proves: 'counts one for each message of an agent that clients saw, and no other.',
  },
  consensus: {
    subject: 'counts the consensus that clients saw',
    proves: 'counts one for each debate that reached consensus before the eyes of a client, and no other.',
  },
  'time-outs': {
    subject: 'counts no time-out that nobody saw',
    proves: 'counts no more than the debates that did not reach consensus before the eyes of a client.',
    bounds: [above('clients', 'value')],
  },
  ratings: {
    subject: 'counts no more than agents spoke',
    proves: 'counts no more than one for each message of an agent that clients saw.',
    bounds: [above('clients', 'value')],
  },
};

/** What a counter may have grown by. */
interface Owed {
  readonly least: number;
  readonly most: number;
  readonly seen: string;
}

function owedFor(counts: CountedEvent, ledger: Ledger): Owed {
  const { messages, agreed, open } = ledger;
  const mostMessages = messages + open * ledger.messagesOfOne;
  const spoke = `clients saw ${plural(messages, 'agent message')}`;
  switch (counts) {
    case 'agent-messages':
      return { least: messages, most: mostMessages, seen: spoke };
    case 'ratings':
      return { least: 0, most: mostMessages, seen: spoke };
    case 'consensus':
      return { least: agreed, most: agreed + open, seen: `clients saw ${plural(agreed, 'debate')} reach consensus` };
    case 'time-outs': {
      const most = Math.max(0, ledger.ended - agreed) + open;
      return { least: 0, most, seen: `${debatesText(ledger)}, ${countText(agreed)} with consensus` };
    }
  }
}

/** Also used for a counter that has another check where there is no ledger. */
export function judgeOwed(check: CheckInfo, facts: MetricFacts, signal: Counting): Finding {
  const { name, type, counts } = signal;
  const suffix = type === 'histogram' ? '_count' : '';
  const obstacle = uncountable(facts, name, suffix);
  if (obstacle !== null) return lacking(check, obstacle.status, obstacle.summary);
  const ledger = ledgerOf(facts);
  if (!isLedger(ledger)) return withoutLedger(check, ledger);
  const counted = totalIncrease(
    seriesOf(facts.observed, locationOf(facts.contract, name), suffix),
    facts.observed.atMs.length,
  );
  const { least, most, seen } = owedFor(counts, ledger);
  const summary = `${seen}, the server counted ${countText(counted)}${openText(ledger)}`;
  if (counted === 0 && least > 0) return lacking(check, 'inconclusive', 'it did not move at all');
  if (counted < least && !facts.observed.settled)
    return lacking(check, 'inconclusive', `${summary}; some may not be counted yet`);
  if (counted > most && !facts.exclusive)
    return lacking(check, 'inconclusive', `${summary}: debates of others, or too many`);
  const bad = Math.max(0, least - counted, counted - most);
  if (bad > 0 || counts !== 'agent-messages') return property(check, { samples: Math.max(1, most), bad, summary });
  return judgeStatuses(check, facts, { name, suffix, counted, ledger, summary });
}

interface CountedCalls {
  readonly name: string;
  readonly suffix: string;
  readonly counted: number;
  readonly ledger: Ledger;
  readonly summary: string;
}

/** How a release may say that a call did not succeed. The guides name only `timeout`. */
const FAILED = /time.?out|error|fail/i;

/** No debate reaches consensus without an answer of an agent: there are at least as many calls that succeeded as debates that agreed. */
function judgeStatuses(
  check: CheckInfo,
  { observed, contract }: MetricFacts,
  { name, suffix, counted, ledger, summary }: CountedCalls,
): Finding {
  const failed = seriesOf(observed, locationOf(contract, name), suffix)
    .filter(({ labels }) => FAILED.test(labels['status'] ?? ''))
    .reduce((sum, series) => sum + increaseOf(series, observed.atMs.length), 0);
  const samples = Math.max(1, ledger.messages);
  if (failed === 0) return property(check, { samples, bad: 0, summary });
  const withoutAnswer = ledger.agreed - (counted - failed);
  const said = `${plural(failed, 'call')} did not succeed, by the label status, and ${plural(ledger.agreed, 'debate')} reached consensus`;
  if (withoutAnswer > 0) return property(check, { samples, bad: withoutAnswer, summary: `${summary}, but ${said}` });
  if (ledger.agreed < ledger.ended) return property(check, { samples, bad: 0, summary });
  return lacking(check, 'inconclusive', `${summary}; ${said}: all that clients saw end`);
}

/**
 * Compares counters with what clients saw of debates, from both sides: agent messages, consensus, debates that ended without it. Debates of
 * which nobody saw the end make the bounds wider, and nothing else does.
 */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { above } from '../../bounds.ts';
import { lacking, openByOthers, property } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { CountedEvent, MetricSignal } from '../signals.ts';
import { judgeCalls } from './agent-calls.ts';
import { uncountable } from './countable.ts';
import { countedByClients, infoOfMetric, type MetricCheck, type MetricFacts, type OfMetric } from './facts.ts';
import { debatesText, isLedger, type Ledger, ledgerOf, openText, withoutLedger } from './ledger.ts';
import { locationOf, seriesOf, totalIncrease } from './series.ts';

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
    proves: 'counts as many calls as clients saw messages of agents, or as many others as its other witnesses know.',
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
    subject: 'counts what debates can change',
    proves: 'counts no more than ten changes of ratings for each message of an agent that clients saw.',
    bounds: [above('clients', 'value')],
  },
};

/** What a counter may have grown by. */
interface Owed {
  readonly least: number;
  readonly most: number;
  readonly seen: string;
}

/** No document says how many ratings a debate changes: one for each agent, pair of agents or domain. More than this is no count of them. */
const RATINGS_OF_A_MESSAGE = 10;

function owedFor(counts: CountedEvent, ledger: Ledger): Owed {
  const { messages, agreed, open } = ledger;
  const mostMessages = messages + open * ledger.messagesOfOne;
  const spoke = `clients saw ${plural(messages, 'agent message')}`;
  switch (counts) {
    case 'agent-messages':
      return { least: messages, most: mostMessages, seen: spoke };
    case 'ratings':
      return { least: 0, most: RATINGS_OF_A_MESSAGE * mostMessages, seen: spoke };
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
  if (counted > most && !facts.exclusive) return openByOthers(check, `${summary}: debates of others, or too many`);
  if (counts === 'agent-messages')
    return judgeCalls(check, facts, { name, suffix, counted, least, most, ledger, summary });
  const bad = Math.max(0, least - counted, counted - most);
  return property(check, { samples: Math.max(1, most), bad, summary });
}

/**
 * Whether the calls of agents that the server counts are those that clients heard of.
 *
 * The documents' words: "agent API calls", "LLM API calls by provider". So a call is a request to a provider, and no message: a retry, a vote or
 * a summary is a call without a message, and an answer from a cache is a message without a call. Where both are as many, all is well. Where
 * they are not, the server's other witnesses decide: its histogram of calls, and its spans of calls. Where these say the same as clients, the
 * counter is wrong; where they say the same as the counter, nobody outside can know.
 */
import type { Finding } from '../../../core/finding.ts';
import { countText, digitsText, plural } from '../../../core/numbers.ts';
import { evidenceOf } from '../../evidence.ts';
import { lacking, property } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { TracesObservation } from '../../traces/observation.ts';
import type { MetricSeries } from '../observation.ts';
import type { MetricFacts } from './facts.ts';
import type { Ledger } from './ledger.ts';
import { poissonAtMost } from './open-bounds.ts';
import { uncountable } from './reconcile.ts';
import { increaseOf, locationOf, seriesOf, totalIncrease } from './series.ts';

export interface CountedCalls {
  readonly name: string;
  readonly suffix: string;
  readonly counted: number;
  readonly least: number;
  readonly most: number;
  readonly ledger: Ledger;
  readonly summary: string;
}

/** How a release may say that a call did not succeed. The guides name only `timeout`. */
const FAILED = /time.?out|error|fail/i;

export function isFailedCall({ labels }: Pick<MetricSeries, 'labels'>): boolean {
  return FAILED.test(labels['status'] ?? '');
}

export function judgeCalls(check: CheckInfo, facts: MetricFacts, calls: CountedCalls): Finding {
  const { counted, least, most, ledger, summary } = calls;
  const failed = failedOf(facts, calls);
  const samples = Math.max(1, ledger.messages);
  if (counted >= least && counted <= most) return judgeStatuses(check, calls, failed);
  const answered = counted - failed;
  if (answered >= least && answered <= most)
    return property(check, { samples, bad: 0, summary: `${summary}, of which ${countText(failed)} did not succeed` });
  const beyond = answered > most ? answered - most : answered - least;
  const spans = spansSay(facts, beyond, ledger);
  if (spans !== null) return property(check, { samples, bad: Math.abs(beyond), summary: `${summary}; ${spans}` });
  const other = otherWitness(facts, calls);
  if (other === null || other.isAlike)
    return lacking(
      check,
      'inconclusive',
      `${summary}${other === null ? '' : `, and ${other.text}`}: ${beyond > 0 ? 'calls without a message, or too many' : 'answers without a call, or too few'}`,
    );
  return property(check, { samples, bad: Math.abs(beyond), summary: `${summary}, but ${other.text}` });
}

function failedOf(
  { observed, contract }: MetricFacts,
  { name, suffix }: Pick<CountedCalls, 'name' | 'suffix'>,
): number {
  return seriesOf(observed, locationOf(contract, name), suffix)
    .filter(isFailedCall)
    .reduce((sum, series) => sum + increaseOf(series, observed.atMs.length), 0);
}

/** No debate reaches consensus without an answer of an agent: there are at least as many calls that succeeded as debates that agreed. */
function judgeStatuses(check: CheckInfo, { counted, ledger, summary }: CountedCalls, failed: number): Finding {
  const samples = Math.max(1, ledger.messages);
  if (failed === 0) return property(check, { samples, bad: 0, summary });
  const withoutAnswer = ledger.agreed - (counted - failed);
  const said = `${plural(failed, 'call')} did not succeed, by the label status, and ${plural(ledger.agreed, 'debate')} reached consensus`;
  if (withoutAnswer > 0) return property(check, { samples, bad: withoutAnswer, summary: `${summary}, but ${said}` });
  if (ledger.agreed < ledger.ended) return property(check, { samples, bad: 0, summary });
  return lacking(check, 'inconclusive', `${summary}; ${said}: all that clients saw end`);
}

/** What the other metric of calls says. `isAlike`: of the calls that succeeded the same; a server may time those that failed or not. */
function otherWitness(
  facts: MetricFacts,
  { name, counted, ...own }: CountedCalls,
): { readonly text: string; readonly isAlike: boolean } | null {
  const signal = facts.signals.metrics.find((one) => one.counts === 'agent-messages' && one.name !== name);
  if (signal === undefined) return null;
  const suffix = signal.type === 'histogram' ? '_count' : '';
  if (uncountable(facts, signal.name, suffix) !== null) return null;
  const { observed, contract } = facts;
  const other = totalIncrease(seriesOf(observed, locationOf(contract, signal.name), suffix), observed.atMs.length);
  const failed = [failedOf(facts, { name, ...own }), failedOf(facts, { name: signal.name, suffix })];
  const [least, most] = [
    Math.max(...[counted, other].map((count, at) => count - (failed[at] ?? 0))),
    Math.min(counted, other),
  ];
  return { text: `${signal.name} counts ${countText(other)}`, isAlike: least <= most };
}

/** If so few spans differ from what clients saw only by such a chance, the counter is wrong. */
const IMPROBABLE = 1e-4;

/** That the server's spans know nothing of the calls that are too many or too few, in words; null where they may, or say nothing. */
function spansSay({ observations }: MetricFacts, beyond: number, { messages, ended }: Ledger): string | null {
  const traces = evidenceOf<TracesObservation>(observations, 'traces');
  if (traces?.status !== 'collected' || ended === 0) return null;
  const { 'agent.call': calls = 0, 'debate.run': debates = 0 } = traces.spanNames;
  if (calls === 0 || debates === 0) return null;
  const differing = (calls - (debates * messages) / ended) * Math.sign(beyond);
  const expected = (Math.abs(beyond) / ended) * debates;
  return poissonAtMost(Math.max(0, Math.ceil(differing)), expected) < IMPROBABLE
    ? `its spans have ${digitsText(calls / debates, 3)} calls for each debate, and clients saw ${digitsText(messages / ended, 3)} messages`
    : null;
}

/**
 * Whether the calls of agents that the server counts are those that clients heard of.
 *
 * The documents' words: "agent API calls", "LLM API calls by provider", "LLM response times". So a call is a request to a provider, and no
 * message: a retry, a vote, or a call before a tool is used is a call without a message, and an answer from a cache is a message without a
 * call. Each call that succeeded has one response time. So where calls and messages are not as many, the other metric decides: if it counts
 * otherwise, one of them is wrong. If it counts the same, only the server's spans can say that it is right.
 */
import { mostOf } from '../../../core/extent.ts';
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { lacking, property } from '../../finding.ts';
import { tracesAsDocumented } from '../../own-names.ts';
import type { CheckInfo } from '../../system.ts';
import type { MetricSeries } from '../observation.ts';
import { uncountable } from './countable.ts';
import type { MetricFacts } from './facts.ts';
import type { Ledger } from './ledger.ts';
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
export const FAILED_CALL = 'time.?out|error|fail|retr|refus|reject|limit|cancel|abort|exception|unavailable|overload';
const FAILED = new RegExp(`${FAILED_CALL}|^[45]\\d\\d$`, 'i');

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
  const other = otherWitness(facts, calls);
  if (other !== null && !other.isAlike)
    return property(check, { samples, bad: Math.abs(beyond), summary: `${summary}, but ${other.text}` });
  const said = other === null ? summary : `${summary}, and ${other.text}`;
  if (other !== null && spansAgree(facts, counted, ledger))
    return property(check, { samples, bad: 0, summary: `${said}, as its spans have it` });
  const why = beyond > 0 ? 'calls without a message, or too many' : 'answers without a call, or too few';
  return lacking(check, 'inconclusive', `${said}: ${why}`);
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
    mostOf([counted, other].map((count, at) => count - (failed[at] ?? 0))),
    Math.min(counted, other),
  ];
  return { text: `${signal.name} counts ${countText(other)}`, isAlike: least <= most };
}

/** So far may spans of some debates be from the calls of all. */
const NEAR = 0.1;

/** Whether the server's spans, of the debates that were traced, have the calls that it counts. */
function spansAgree(facts: MetricFacts, counted: number, { ended }: Ledger): boolean {
  const traces = tracesAsDocumented(facts);
  if (traces === undefined) return false;
  const { 'agent.call': calls = 0, 'debate.run': debates = 0 } = traces.spanNames;
  return debates > 0 && Math.abs((calls / debates) * ended - counted) <= NEAR * counted;
}

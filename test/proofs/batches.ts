/**
 * Breaks that leave each other alone, in one load together: the findings that fail are exactly theirs. A batch that surprises is split until
 * the culprit is known.
 */
import type { Finding } from '../../lib/core/finding.ts';
import type { NamedBreak } from '../../lib/target/break.ts';
import { isOfClients } from './levels.ts';
import { isShown } from './verdict.ts';

/** Findings that would not fail beside a break though they are broken too: both sides by the beginning of their names. */
const MASKS: Readonly<Record<string, readonly string[]>> = {
  // What was under way dies with its connection.
  'ws.drops.': ['websocket.ping'],
  // Where times contradict each other, nothing more is said of them.
  'metrics.request_duration_seconds.lumped': ['metrics.request_duration_seconds.'],
  'metrics.request_duration_seconds.ms-as-seconds': ['metrics.request_duration_seconds.'],
  // Where the sum is impossible, the buckets can't be right either.
  'metrics.debate_duration_seconds.ms-as-seconds': ['metrics.debate_duration_seconds.'],
  'metrics.debate_duration_seconds.too-short': ['metrics.debate_duration_seconds.'],
  // Spans contradict both histograms in one finding, which is filed under one cause.
  'metrics.agent_latency_seconds.zero': ['metrics.request_duration_seconds.'],
  // A counter that differs from the clients' counts says nothing about a histogram that differs from it.
  // And where one request counts as two, nobody sees as what a single one counts.
  'metrics.requests_total.': ['metrics.request_duration_seconds.count', 'probes.label-values'],
  // That a failed request is not counted is a finding of its own, and this break makes requests fail.
  'metrics.requests_total.timed-only': ['traces.status', 'probes.list'],
  // Where lists fail, too few are read to know that what the first one says is no old copy.
  'traces.status.unset': ['probes.list'],
  // What a list leaves out, it calls nothing.
  'probes.list': ['probes.running'],
  // Without these spans no debate is whole, so nothing is known of the shape of one.
  'traces.debate.run.missing': ['traces.debate.shape'],
  'traces.agent.call.missing': ['traces.debate.shape'],
  'traces.debate.round.missing': ['traces.debate.shape'],
  // Without its exposition nothing is known of what the server counts.
  'metrics.exposition.status-500': ['metrics.', 'probes.label-values'],
  // What should continue a trace counts as a trace of its own.
  'traces.propagation.trace-lost': ['traces.sampling.'],
};

export type Batch = readonly NamedBreak[];

/** As few batches as come of taking the breaks in turn. */
export function batchesOf(breaks: readonly NamedBreak[]): Batch[] {
  const batches: NamedBreak[][] = [];
  for (const broken of breaks) {
    const batch = batches.find((others) => others.every((other) => areApart(broken, other)));
    if (batch === undefined) batches.push([broken]);
    else batch.push(broken);
  }
  return batches;
}

/** Whether each is seen beside the other: two findings, neither masked, and no two laws for one wait. */
function areApart(a: NamedBreak, b: NamedBreak): boolean {
  if (a.finding === b.finding || isMaskedBy(a, b) || isMaskedBy(b, a)) return false;
  const waits = Object.keys(a.patch?.waits ?? {});
  const routes = (a.patch?.http ?? []).map(({ route }) => route);
  return (
    !Object.keys(b.patch?.waits ?? {}).some((wait) => waits.includes(wait)) &&
    !(b.patch?.http ?? []).some(({ route }) => routes.includes(route))
  );
}

function isMaskedBy({ finding }: NamedBreak, { name }: NamedBreak): boolean {
  return Object.entries(MASKS).some(
    ([breaks, findings]) => name.startsWith(breaks) && findings.some((masked) => finding.startsWith(masked)),
  );
}

/** Gating findings that do not pass under a load with all these breaks. */
export type OpenUnder = (batch: Batch) => Promise<readonly Finding[]>;

/** Why each break is not proven, by its name; null where it is. */
export type Reasons = ReadonlyMap<string, string | null>;

export async function proveBatch(batch: Batch, openUnder: OpenUnder): Promise<Reasons> {
  const surprise = surpriseIn(batch, await openUnder(batch));
  if (surprise === null) return new Map(batch.map(({ name }) => [name, null]));
  const [only, ...others] = batch;
  if (only === undefined || others.length === 0)
    return new Map(batch.map(({ name }) => [name, `by itself: ${surprise}`]));
  const reasons = new Map<string, string | null>();
  for (const half of halvesOf(batch))
    for (const [name, reason] of await proveBatch(half, openUnder)) reasons.set(name, reason);
  if ([...reasons.values()].some((reason) => reason !== null)) return reasons;
  // The reason comes first: what reads a log may cut a long line.
  const together = `${surprise}; its halves pass, so one of ${batch.length} breaks together masks another, or it was chance`;
  return new Map(batch.map(({ name }) => [name, together]));
}

function halvesOf(batch: Batch): readonly Batch[] {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}

/** What is other than the batch says, null when nothing is. */
function surpriseIn(batch: Batch, open: readonly Finding[]): string | null {
  const failed = open.filter(({ status }) => status === 'fail');
  const missing = batch.filter((broken) => !failed.some((finding) => shows(finding, broken)));
  const isNamed = (id: string | undefined) => batch.some(({ finding }) => finding === id);
  // What is filed under a finding of the batch is part of it.
  const unexpected = failed.filter(({ id, because }) => !isNamed(id) && !isNamed(because));
  if (missing.length === 0 && unexpected.length === 0) return null;
  return [
    ...missing.map(({ finding }) => `${finding} does not fail as it should, but ${seen(finding, open)}`),
    ...unexpected.map(({ id, summary, evidence }) => `${id} fails too: ${summary}${shown(evidence)}`),
  ].join('; ');
}

/** A chance can be named only by what was seen. */
function shown(evidence: Finding['evidence']): string {
  const some = evidence.slice(0, 3).map(({ label, value }) => `${label}: ${value}`);
  return some.length === 0 ? '' : ` (${some.join(', ')})`;
}

function seen(id: string, open: readonly Finding[]): string {
  const finding = open.find((one) => one.id === id);
  return finding === undefined ? 'passes' : `is ${finding.status}: ${finding.summary}`;
}

function shows(finding: Finding, broken: NamedBreak): boolean {
  if (finding.id !== broken.finding) return false;
  return !isOfClients(broken) || isShown(broken, finding);
}

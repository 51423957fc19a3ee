/** What a run, or a phase of it, was too short to see. */
import type { Finding } from '../core/finding.ts';
import { digitsText, percentText } from '../core/numbers.ts';
import type { Objective, Timeline } from '../core/plan.ts';
import { inPhase } from '../core/timeline.ts';
import { CONFIDENCE } from '../stats/share.ts';
import type { Context } from './context.ts';
import type { PhaseContext } from './phases.ts';

/** More stalls than this are a table, not a sentence. */
const SHOWN = 3;

/**
 * A burst that comes once in G seconds leaves no trace in a run of T seconds with probability e^(−T/G), which is above 5 % when G > T/3. At
 * that pace a burst of allowedShare × G seconds is enough to break the objective. One sentence for each length of series.
 */
export function blindSpots(
  { name, context, objectives }: PhaseContext,
  findings: readonly Finding[],
  timeline: Timeline,
): string[] {
  const byLength = new Map<number, Map<number, string[]>>();
  for (const objective of objectives) {
    const finding = findings.find(({ id, phase }) => id === objective.id && phase === name);
    if (finding === undefined || finding.status === 'fail' || finding.samples === 0 || !finding.allowedShare) continue;
    const seconds = lengthOf(context, objective);
    if (seconds === 0) continue;
    const byShare = byLength.get(seconds) ?? new Map<number, string[]>();
    byShare.set(finding.allowedShare, [...(byShare.get(finding.allowedShare) ?? []), objective.subject]);
    byLength.set(seconds, byShare);
  }
  return merged(byLength).map(([seconds, byShare]) => sentence(seconds, byShare, inPhase(timeline, name)));
}

type ByShare = ReadonlyMap<number, readonly string[]>;

/** Series of one run differ by a second or two in length; the longest stands for those within a tenth of it. */
function merged(byLength: ReadonlyMap<number, ByShare>): (readonly [number, ByShare])[] {
  const groups: { seconds: number; byShare: Map<number, string[]> }[] = [];
  for (const [seconds, byShare] of [...byLength].sort((a, b) => b[0] - a[0])) {
    const known = groups.find((candidate) => seconds >= 0.9 * candidate.seconds);
    const group = known ?? { seconds, byShare: new Map<number, string[]>() };
    if (known === undefined) groups.push(group);
    for (const [share, subjects] of byShare)
      group.byShare.set(share, [...(group.byShare.get(share) ?? []), ...subjects]);
  }
  return groups.map(({ seconds, byShare }) => [seconds, byShare] as const);
}

function sentence(seconds: number, byShare: ByShare, inPhase: string): string {
  const rarestSec = seconds / -Math.log(1 - CONFIDENCE);
  const stalls = [...byShare]
    .sort((a, b) => a[0] - b[0])
    .slice(0, SHOWN)
    .map(([share, subjects]) => `${digitsText(share * rarestSec, 2)} s each would break ${namesOf(share, subjects)}`);
  return `A stall that comes less than once in ${digitsText(rarestSec, 2)} s can leave no trace in this run of ${seconds} s${inPhase}, and stalls of ${stalls.join(', of ')}.`;
}

function namesOf(share: number, subjects: readonly string[]): string {
  const [only] = subjects;
  return subjects.length === 1 && only !== undefined
    ? only
    : `the ${subjects.length} objectives that allow ${percentText(share)}`;
}

function lengthOf(context: Context, objective: Objective): number {
  const seconds = endpointsOf(objective).flatMap(
    (endpoint) => context.recording.endpoints.get(endpoint)?.seconds ?? [],
  );
  if (seconds.length === 0) return 0;
  const first = seconds.reduce((least, { second }) => Math.min(least, second), Infinity);
  const last = seconds.reduce((most, { second }) => Math.max(most, second), -Infinity);
  return last - first + 1;
}

function endpointsOf(objective: Objective) {
  switch (objective.kind) {
    case 'availability':
      return objective.endpoints;
    case 'external':
      return [];
    default:
      return [objective.endpoint];
  }
}

/**
 * Owns whether the load generator itself was fit: a starved one makes a run inconclusive, not slow.
 * Refuses to know the target.
 */
import type { Finding } from '../core/finding.ts';
import type { Plan } from '../core/plan.ts';
import type { LoadResult } from '../core/recording.ts';
import { NOTHING_MEASURED } from './frame.ts';
import { msText, percentText } from './words.ts';

/** From this share of all cores on, requests wait for the generator: queueing at 80 % use quintuples a service time (M/M/1). */
const BUSY_SHARE = 0.8;
/** Values count from the due time, so a late start reads as latency. Beyond half a limit the generator, not the target, spends it. */
const LATENESS_PART = 0.5;

export type GeneratorFitness =
  | { readonly kind: 'fit' }
  | { readonly kind: 'starved'; readonly why: string }
  /** Not known to be fit: what went wrong can't be called the target's doing. */
  | { readonly kind: 'unknown'; readonly why: string };

export function generatorFitness(plan: Plan, load: LoadResult): GeneratorFitness {
  const { generatorCpuShare: share } = load;
  if (share !== null && share >= BUSY_SHARE) {
    return {
      kind: 'starved',
      why: `it used ${percentText(share)} of all cores (from ${percentText(BUSY_SHARE)} on it is starved)`,
    };
  }
  const late = latest(plan, load);
  if (late !== null && late.lateMs > late.mayMs) {
    return {
      kind: 'starved',
      why: `${late.words} started ${msText(late.lateMs)} late or later, over half of the limit of ${late.subject}`,
    };
  }
  if (share === null) return { kind: 'unknown', why: 'its CPU could not be read' };
  return { kind: 'fit' };
}

interface Lateness {
  readonly words: string;
  readonly lateMs: number;
  readonly mayMs: number;
  readonly subject: string;
}

/** Start lateness against the tightest limit that it may spoil: its p50 against those of medians, its p99 against the others. */
function latest(plan: Plan, load: LoadResult): Lateness | null {
  const lateness = load.startLatenessUs;
  if (lateness === null) return null;
  const candidates = plan.objectives.flatMap((objective): Lateness[] => {
    if (objective.kind !== 'latency') return [];
    const median = objective.percentile <= 50;
    const lateMs = (median ? lateness.p50 : lateness.p99) / 1000;
    const words = median ? 'half of the arrivals' : '1 % of the arrivals';
    return [{ words, lateMs, mayMs: objective.limitMs * LATENESS_PART, subject: objective.subject }];
  });
  const ratio = ({ lateMs, mayMs }: Lateness): number => lateMs / mayMs;
  return candidates.sort((a, b) => ratio(b) - ratio(a))[0] ?? null;
}

/** `load.generator`: gating. Unreadable CPU is said; it is `unavailable` when the start lateness is unknown too. */
export function judgeGenerator(load: LoadResult, fitness: GeneratorFitness): Finding {
  const share = load.generatorCpuShare;
  const blind = share === null && load.startLatenessUs === null;
  return {
    ...NOTHING_MEASURED,
    id: 'load.generator',
    subject: 'load generator',
    gating: true,
    source: { document: 'aragora-slo', section: 'docs/verdict.md' },
    operator: '<=',
    unit: 'ratio',
    expected: BUSY_SHARE,
    allowedShare: null,
    actual: share,
    margin: share === null ? null : (BUSY_SHARE - share) / BUSY_SHARE,
    status: blind ? 'unavailable' : fitness.kind === 'starved' ? 'inconclusive' : 'pass',
    summary: generatorSummary(load, fitness, blind),
    evidence: latenessEvidence(load),
  };
}

function generatorSummary(load: LoadResult, fitness: GeneratorFitness, blind: boolean): string {
  if (blind) return 'neither the CPU of the generator nor its start lateness could be read';
  if (fitness.kind === 'starved')
    return `the generator was starved: ${fitness.why}; what looks slow may be its own doing`;
  if (load.generatorCpuShare === null) return 'arrivals started on time; the CPU of the generator could not be read';
  return `the generator used ${percentText(load.generatorCpuShare)} of all cores and started arrivals on time`;
}

function latenessEvidence(load: LoadResult): Finding['evidence'] {
  const lateness = load.startLatenessUs;
  if (lateness === null) return [{ label: 'start lateness', value: 'not measured' }];
  const [p50, p99, max] = [lateness.p50, lateness.p99, lateness.max].map((us) => msText(us / 1000));
  return [{ label: 'start lateness', value: `p50 ${p50}, p99 ${p99}, max ${max}` }];
}

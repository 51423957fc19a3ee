/** Whether the load generator itself was fit: latency that it causes is not the target's. */
import type { Finding } from '../core/finding.ts';
import { msText, percentText } from '../core/numbers.ts';
import type { LatencyObjective } from '../core/plan.ts';
import type { LoadResult, Recording } from '../core/recording.ts';
import { findingOf } from '../systems/finding.ts';
import { GENERATOR } from './checks.ts';

/** From this share of all cores on, requests wait for the generator: at 80 % use, queueing makes a service time five times as long (M/M/1). */
const BUSY_SHARE = 0.8;
/** Values count from the due time, so a late start looks like latency. Above half of a limit, the generator and not the target uses it up. */
const LATENESS_PART = 0.5;
/** A generator that starts an arrival this late was stopped. When it then catches up all at once, it causes drops itself. */
const STANDSTILL_US = 500_000;
/** Late starts spoil an objective once they alone could use up half of the share that may be slow. */
const SPOILING_PART = 0.5;

export type GeneratorFitness =
  | { readonly kind: 'fit' }
  | { readonly kind: 'starved'; readonly why: string }
  /** Not known to be fit: what went wrong can't be called the target's fault. */
  | { readonly kind: 'unknown'; readonly why: string };

export function generatorFitness({ generatorCpuShare: share, startLatenessUs }: LoadResult): GeneratorFitness {
  if (share === null) return { kind: 'unknown', why: 'its CPU could not be read' };
  if (share < BUSY_SHARE) {
    if (startLatenessUs !== null && startLatenessUs.max > STANDSTILL_US) {
      return {
        kind: 'unknown',
        why: `it stood still itself: an arrival started ${msText(startLatenessUs.max / 1000)} late`,
      };
    }
    return { kind: 'fit' };
  }
  const why = `it used ${percentText(share)} of all cores (from ${percentText(BUSY_SHARE)} on it is starved)`;
  return { kind: 'starved', why };
}

/** Why late starts may have spoilt this objective; null when they can't have, or none was measured. `allowedShare`: 0–1. */
export function spoiltByLateness(
  objective: LatencyObjective,
  allowedShare: number,
  recording: Recording,
): string | null {
  const lateness = recording.endpoints.get('start-lateness')?.total;
  if (lateness === undefined || lateness.count === 0) return null;
  const mayMs = objective.limitMs * LATENESS_PART;
  const share = lateness.countOverUs(mayMs * 1000) / lateness.count;
  if (share <= allowedShare * SPOILING_PART) return null;
  return `${percentText(share)} of the arrivals started over ${msText(mayMs)} late, half of the limit`;
}

/** `load.generator`: gating. `spoilt`: the reason, if late starts kept a gating objective from being decided; null otherwise. */
export function judgeGenerator(load: LoadResult, fitness: GeneratorFitness, spoilt: string | null): Finding {
  const share = load.generatorCpuShare;
  const blind = share === null && load.startLatenessUs === null;
  const why = fitness.kind === 'starved' ? fitness.why : spoilt;
  return findingOf(GENERATOR, {
    operator: '<=',
    unit: 'ratio',
    expected: BUSY_SHARE,
    actual: share,
    margin: share === null ? null : (BUSY_SHARE - share) / BUSY_SHARE,
    status: blind ? 'unavailable' : why === null ? 'pass' : 'inconclusive',
    summary: generatorSummary(share, why, blind),
    evidence: latenessEvidence(load),
  });
}

function generatorSummary(share: number | null, why: string | null, blind: boolean): string {
  if (blind) return 'neither the CPU of the generator nor its start lateness could be read';
  if (why !== null) return `the generator was starved: ${why}; what looks slow may be its own doing`;
  if (share === null) return 'arrivals started in time; the CPU of the generator could not be read';
  return `the generator used ${percentText(share)} of all cores and started arrivals in time`;
}

function latenessEvidence(load: LoadResult): Finding['evidence'] {
  const lateness = load.startLatenessUs;
  if (lateness === null) return [{ label: 'start lateness', value: 'not measured' }];
  const [p50, p99, max] = [lateness.p50, lateness.p99, lateness.max].map((us) => msText(us / 1000));
  return [{ label: 'start lateness', value: `p50 ${p50}, p99 ${p99}, max ${max}` }];
}

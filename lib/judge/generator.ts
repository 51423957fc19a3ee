/** Whether the load generators themselves were fit: latency that they cause is not the target's. */
import { START_LATENESS } from '../core/endpoint.ts';
import type { Finding } from '../core/finding.ts';
import { generatorName, generatorsHere, type LoadGenerator, mostCpuShare } from '../core/generators.ts';
import { countText, msText, percentText } from '../core/numbers.ts';
import type { LatencyObjective } from '../core/plan.ts';
import type { Recording } from '../core/recording.ts';
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

/** Of all generators together: one that is starved makes the load that of a starved generator. */
export function generatorFitness(generators: readonly LoadGenerator[]): GeneratorFitness {
  const each = generators.map((generator) => fitnessOf(generator, generatorName(generators, generator)));
  const starved = each.find(({ kind }) => kind === 'starved') ?? starvedTogether(generators);
  return starved ?? each.find(({ kind }) => kind === 'unknown') ?? { kind: 'fit' };
}

/** Several generators of one machine share its cores. */
function starvedTogether(generators: readonly LoadGenerator[]): GeneratorFitness | undefined {
  const here = generatorsHere(generators);
  const share = here.reduce((sum, { cpuShare }) => sum + (cpuShare ?? 0), 0);
  if (here.length < 2 || share < BUSY_SHARE) return undefined;
  const why = `${here.length} generators used ${percentText(share)} of all cores together (from ${percentText(BUSY_SHARE)} on the machine is overloaded)`;
  return { kind: 'starved', why };
}

/** @param name of the generator in a sentence. */
function fitnessOf({ cpuShare, startLatenessUs }: LoadGenerator, name: string): GeneratorFitness {
  if (cpuShare === null)
    return { kind: 'unknown', why: `${name === 'it' ? 'its CPU' : `the CPU of ${name}`} could not be read` };
  if (cpuShare >= BUSY_SHARE) {
    const why = `${name} used ${percentText(cpuShare)} of all cores (from ${percentText(BUSY_SHARE)} on it is overloaded)`;
    return { kind: 'starved', why };
  }
  const why = standstillOf(startLatenessUs, name);
  return why === null ? { kind: 'fit' } : { kind: 'unknown', why };
}

/** null when it did not stand still, or that is not known. */
function standstillOf(lateness: LoadGenerator['startLatenessUs'], name: string): string | null {
  if (lateness === null || lateness.max <= STANDSTILL_US) return null;
  return `${name} stood still: an arrival started ${msText(lateness.max / 1000)} late`;
}

/** Why late starts may have spoilt this objective; null when they can't have, or none was measured. `allowedShare`: 0–1. */
export function spoiltByLateness(
  objective: LatencyObjective,
  allowedShare: number,
  recording: Recording,
): string | null {
  const lateness = recording.endpoints.get(START_LATENESS)?.total;
  if (lateness === undefined || lateness.count === 0) return null;
  const mayMs = objective.limitMs * LATENESS_PART;
  const share = lateness.countOverUs(mayMs * 1000) / lateness.count;
  if (share <= allowedShare * SPOILING_PART) return null;
  return `${percentText(share)} of the arrivals started over ${msText(mayMs)} late, half of the limit`;
}

/** Why late starts may have made so many requests end later than the limit; null when they can't have made all of them. */
export function startedLate(recording: Recording, limitMs: number, requests: number): string | null {
  const mayMs = limitMs * LATENESS_PART;
  const late = recording.endpoints.get(START_LATENESS)?.total.countOverUs(mayMs * 1000) ?? 0;
  if (late < requests) return null;
  return `${countText(late)} arrivals started over ${msText(mayMs)} late, half of the limit`;
}

/** `load.generator`: gating. `spoilt`: the reason, if late starts kept a gating objective from being decided; null otherwise. */
export function judgeGenerator(
  generators: readonly LoadGenerator[],
  fitness: GeneratorFitness,
  spoilt: string | null,
): Finding {
  const share = mostCpuShare(generators);
  const blind = generators.find(({ cpuShare, startLatenessUs }) => cpuShare === null && startLatenessUs === null);
  const why = fitness.kind === 'starved' ? fitness.why : spoilt;
  return findingOf(GENERATOR, {
    operator: '<=',
    unit: 'ratio',
    expected: BUSY_SHARE,
    actual: share,
    margin: share === null ? null : (BUSY_SHARE - share) / BUSY_SHARE,
    status: blind !== undefined ? 'unavailable' : why === null ? 'pass' : 'inconclusive',
    summary: summaryOf({ generators, share, why, blind }),
    evidence: generators.map((generator) => latenessEvidence(generators, generator)),
  });
}

interface Judged {
  readonly generators: readonly LoadGenerator[];
  /** The largest. */
  readonly share: number | null;
  /** Why what looks slow may be their own doing; null when it can't be. */
  readonly why: string | null;
  /** One of which nothing could be read. */
  readonly blind: LoadGenerator | undefined;
}

function summaryOf({ generators, share, why, blind }: Judged): string {
  const named = blind === undefined ? 'it' : generatorName(generators, blind);
  const of = named === 'it' ? 'the generator' : named;
  if (blind !== undefined) return `neither the CPU of ${of} nor its start lateness could be read`;
  if (why !== null) return `the generator was overloaded: ${why}; what looks slow may be its own fault`;
  const stood = generators.map((one) => standstillOf(one.startLatenessUs, generatorName(generators, one)));
  const late = stood.find((text) => text !== null);
  if (share === null) return `${late ?? 'arrivals started in time'}; ${unreadText(generators)}`;
  const started = late === undefined ? ' and started arrivals in time' : `; ${late}`;
  return `${usedText(generators)} ${percentText(share)} of all cores${started}`;
}

function unreadText(generators: readonly LoadGenerator[]): string {
  const unread = generators.filter(({ cpuShare }) => cpuShare === null).map(({ id }) => id);
  return `the CPU of ${generators.length > 1 ? `generator ${unread.join(', ')}` : 'the generator'} could not be read`;
}

function usedText(generators: readonly LoadGenerator[]): string {
  if (generators.length === 1) return 'the generator used';
  const here = generatorsHere(generators).length;
  return `${generators.length} generators ${here === generators.length ? 'together used' : 'used at most, on one machine,'}`;
}

function latenessEvidence(generators: readonly LoadGenerator[], generator: LoadGenerator): Finding['evidence'][number] {
  const label = generators.length > 1 ? `start lateness of generator ${generator.id}` : 'start lateness';
  const lateness = generator.startLatenessUs;
  if (lateness === null) return { label, value: 'not measured' };
  const [p50, p99, max] = [lateness.p50, lateness.p99, lateness.max].map((us) => msText(us / 1000));
  return { label, value: `p50 ${p50}, p99 ${p99}, max ${max}` };
}

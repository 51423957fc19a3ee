/** A made-up run of three phases in which something is broken on purpose in the second. */
import { START_LATENESS } from '../../lib/core/endpoint.ts';
import type { Fault, FaultCount, FaultsDone } from '../../lib/core/fault.ts';
import type { Finding } from '../../lib/core/finding.ts';
import type { LoadGenerator } from '../../lib/core/generators.ts';
import type { Phase } from '../../lib/core/plan.ts';
import type { JudgeInput } from '../../lib/core/run.ts';
import { factsOf, judged, type MadeSecond, START_SECOND, times } from './judged.ts';
import { line, OBJECTIVES, PER_SEC, PHASE_SEC, PHASES, seconds } from './phased.ts';

const [BASELINE, FAULT, RECOVERY] = PHASES;
export const ERRORS: Fault = { kind: 'status', status: 503, share: 0.1 };
export const SAMPLES = PHASE_SEC * PER_SEC;

const HIT_PER_SEC = 6;

/** Every tenth request of these seconds is answered by 503, at once, by the layer. */
export const failing = (count: number): MadeSecond[] =>
  Array.from({ length: count }, () => ({
    ms: times(PER_SEC - HIT_PER_SEC, 5),
    failed: { injected_503: HIT_PER_SEC },
  }));

/** The same by the server itself, which has not recovered. */
export const unwell = (count: number, perSec = 30): MadeSecond[] =>
  Array.from({ length: count }, () => ({ ms: times(PER_SEC - perSec, 5), failed: { status_503: perSec } }));

export const atMs = (sec: number): number => (START_SECOND + sec) * 1000;

export function done(counts: readonly FaultCount[], changes: Partial<FaultsDone> = {}): FaultsDone {
  const switches = [
    { phase: 'fault', orderedAtMs: atMs(60) + 10, doneAtMs: atMs(60) + 30 },
    { phase: 'recovery', orderedAtMs: atMs(120) + 10, doneAtMs: atMs(120) + 30 },
  ];
  return { switches, counts: { fault: counts }, requests: 3 * SAMPLES, answered: 3 * SAMPLES, ...changes };
}

export interface Made {
  readonly made: readonly MadeSecond[];
  readonly faults?: readonly Fault[];
  readonly fault?: Partial<Phase>;
  readonly recovery?: Partial<Phase>;
  readonly done?: FaultsDone;
  /** How late arrivals started, second by second. */
  readonly starts?: readonly MadeSecond[];
  readonly generator?: Partial<LoadGenerator>;
}

export function brokenRun({ made, faults = [ERRORS], fault = {}, recovery = {}, ...its }: Made): JudgeInput {
  const phases = [BASELINE, { ...FAULT, expects: [], faults, ...fault }, { ...RECOVERY, ...recovery }];
  const { done, starts, generator } = its;
  const load = { journeys: phases.map(({ name }) => line(name)), ...(done === undefined ? {} : { faults: done }) };
  const recorded = { health: made, ...(starts === undefined ? {} : { [START_LATENESS]: starts }) };
  return factsOf(OBJECTIVES, recorded, { plan: { phases }, load, ...(generator && { generator }) });
}

export const verdictOn = (made: Made) => judged(brokenRun(made));

export const told = (findings: readonly Finding[], id: string) => {
  const found = findings.filter((finding) => finding.id === id);
  return found.map(({ phase, status, summary }) => `${phase} ${status}: ${summary}`);
};

/** Of the fault that hits every tenth request. */
export const HIT = [{ seen: SAMPLES, hit: SAMPLES / 10 }];
export const CALM = seconds(PHASE_SEC, 5);
export const ERRING = [...CALM, ...failing(PHASE_SEC), ...CALM];

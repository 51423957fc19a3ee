/** A sample run of three phases, in memory and as a run folder: fast, slow while something is broken, fast again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Journey, LatencyObjective, Phase, Plan } from '../../lib/core/plan.ts';
import type { JourneyLoad, LoadResult } from '../../lib/core/recording.ts';
import { health } from '../../lib/journeys/health.ts';
import { encodeHistogram, Recorder, writeRecording } from '../../lib/record/index.ts';
import { enginePlanOf } from '../../lib/run/engine-plan.ts';
import { FILES, writeJson } from '../../lib/run/folder.ts';
import { sealRun } from '../../lib/run/seal.ts';
import { AVAILABILITY, factsOf, LATENCY, type MadeSecond, START_SECOND, times } from './judged.ts';

export const PER_SEC = 60;
export const PHASE_SEC = 60;

function phase(name: string, expects: Phase['expects']): Phase {
  const steps = [{ ratePerSec: PER_SEC, durationSec: PHASE_SEC }];
  const journey: Journey = { ...health, steps, vus: 10, maxVus: 10 };
  return { name, journeys: [journey], faults: [], expects };
}

export const DEGRADED: LatencyObjective = {
  ...(LATENCY as LatencyObjective),
  id: 'degraded.health.p95',
  subject: 'degraded health p95',
  limitMs: 2000,
};
export const API = { ...AVAILABILITY, endpoints: ['health'] } as const;
export const OBJECTIVES = [LATENCY, API, DEGRADED] as const;
export const PHASES = [
  phase('baseline', ['latency.', 'availability.']),
  phase('fault', ['degraded.']),
  phase('recovery', ['latency.', 'availability.']),
] as const;

export function seconds(count: number, ms: number): MadeSecond[] {
  return Array.from({ length: count }, () => ({ ms: times(PER_SEC, ms) }));
}

/** Latencies second by second. */
export const FAULTY: readonly MadeSecond[] = [
  ...seconds(PHASE_SEC, 5),
  ...seconds(PHASE_SEC, 900),
  ...seconds(PHASE_SEC, 5),
];

/** What was offered in a phase. */
export function line(phase: string, changes: Partial<JourneyLoad> = {}): JourneyLoad {
  const offered = PHASE_SEC * PER_SEC;
  return { phase, journey: 'health', offered, delivered: offered, dropped: 0, ...changes };
}

/** The plan and the load of such a run. */
export function phased(): { readonly plan: Plan; readonly load: LoadResult } {
  const journeys = PHASES.map(({ name }) => line(name));
  const endedAtMs = (START_SECOND + PHASES.length * PHASE_SEC) * 1000;
  const { plan, load } = factsOf(OBJECTIVES, {}, { plan: { phases: PHASES }, load: { journeys, endedAtMs } });
  return { plan, load };
}

/** Writes it into `dir`, whole and sealed. */
export function phasedFolder(dir: string): void {
  const { plan, load } = phased();
  const recorder = new Recorder(enginePlanOf(plan));
  const limitsUs = enginePlanOf(plan).limitsUs.health ?? [];
  for (const [at, { ms }] of FAULTY.entries()) {
    const valuesUs = ms.map((value) => value * 1000);
    const endpoint = {
      count: valuesUs.length,
      sumUs: valuesUs.reduce((sum, value) => sum + value, 0),
      over: limitsUs.map((limitUs) => valuesUs.filter((value) => value > limitUs).length),
      histogram: encodeHistogram(valuesUs),
    };
    const iterations = { health_0: valuesUs.length };
    recorder.add({
      type: 'interval',
      second: START_SECOND + at,
      endpoints: { health: endpoint },
      iterations,
      dropped: {},
    });
  }
  writeJson(dir, FILES.plan, plan);
  writeJson(dir, FILES.load, load);
  writeJson(dir, FILES.environment, { 'aragora-slo': '0.1.0' });
  writeFileSync(join(dir, FILES.observations), '[]\n');
  writeRecording(dir, recorder.finish());
  sealRun(dir);
}

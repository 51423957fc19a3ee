/** Engine records for tests of their readers: a small plan, and random records that follow it. */
import fc from 'fast-check';
import type { Endpoint } from '../../lib/core/endpoint.ts';
import type { EndpointInterval, IntervalRecord } from '../../lib/core/engine-protocol.ts';
import type { JourneyName } from '../../lib/core/journey.ts';
import type { Recording } from '../../lib/core/recording.ts';
import { encodeHistogram } from '../../lib/record/histogram.ts';
import type { RecorderPlan } from '../../lib/record/recorder.ts';

export const SEED = 20_261_122;

function scenario(journey: JourneyName, ...owed: Endpoint[]) {
  const times = { startSec: 0, durationSec: 10, ratePerSec: 10 };
  return { journey, kind: 'arrivals', ...times, vus: 1, maxVus: 2, fromDue: [], owed } as const;
}

export const PLAN: RecorderPlan = {
  endpoints: ['health', 'debates-create', 'agent-response', 'ws-ping'],
  limitsUs: { health: [10_000, 50_000], 'agent-response': [2_000_000] },
  scenarios: {
    health_0: scenario('health', 'health'),
    agents_0: scenario('agents', 'debates-create', 'agent-response'),
    websocket_0: scenario('websocket'),
  },
};

/** One sample before it is added up. */
export interface Sample {
  readonly endpoint: 'health' | 'agent-response' | 'ws-ping';
  readonly second: number;
  readonly latencyUs: number;
  readonly outcome: string;
}

export const samples: fc.Arbitrary<Sample[]> = fc.array(
  fc.record({
    endpoint: fc.constantFrom('health', 'agent-response', 'ws-ping'),
    second: fc.integer({ min: 1_763_776_355, max: 1_763_776_359 }),
    latencyUs: fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 120_000_000 })),
    outcome: fc.constantFrom('ok', 'ok', 'ok', 'status_500', 'timeout'),
  }),
  { maxLength: 60 },
);

export const drops = fc.array(
  fc.record({
    second: fc.integer({ min: 1_763_776_355, max: 1_763_776_361 }),
    scenario: fc.constantFrom('health_0', 'agents_0'),
  }),
  { maxLength: 5 },
);

export function interval(second: number, fields: Partial<IntervalRecord> = {}): IntervalRecord {
  return { type: 'interval', second, endpoints: {}, iterations: {}, dropped: {}, ...fields };
}

/** One record for each sample and drop: the finest that an engine could send. */
export function recordsOf(
  list: readonly Sample[],
  dropped: readonly { second: number; scenario: string }[] = [],
): IntervalRecord[] {
  return [
    ...list.map((sample) =>
      interval(sample.second, { endpoints: { [sample.endpoint]: share(sample.endpoint, [sample]) } }),
    ),
    ...dropped.map(({ second, scenario }) => interval(second, { dropped: { [scenario]: 1 } })),
  ];
}

export function share(endpoint: Sample['endpoint'], list: readonly Sample[]): EndpointInterval {
  const answeredUs = list.filter(({ outcome }) => outcome === 'ok').map(({ latencyUs }) => latencyUs);
  const failed: Record<string, number> = {};
  for (const { outcome } of list) if (outcome !== 'ok') failed[outcome] = (failed[outcome] ?? 0) + 1;
  const limitsUs = PLAN.limitsUs[endpoint];
  return {
    count: list.length,
    failed,
    sumUs: list.reduce((sum, { latencyUs }) => sum + latencyUs, 0),
    traces: list.map(({ latencyUs, outcome }) => [`trace-${latencyUs}`, latencyUs, outcome] as const),
    ...(limitsUs && { over: limitsUs.map((limitUs) => answeredUs.filter((us) => us > limitUs).length) }),
    ...(answeredUs.length > 0 && { histogram: encodeHistogram(answeredUs) }),
  };
}

/** A recording as plain data. Histograms are compared by their values, however they are encoded. */
export function plain(recording: Recording): unknown {
  return {
    ...recording,
    endpoints: [...recording.endpoints.values()].map(({ seconds, total, ...rest }) => ({
      ...rest,
      total: total.spectrum(),
      seconds: seconds.map(({ histogram, ...second }) => ({
        ...second,
        answered: histogram.count,
        spectrum: histogram.spectrum(),
      })),
    })),
  };
}

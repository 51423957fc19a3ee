/** A seeded load without a target: latencies, failures, traces, values from the due time, and arrivals that are dropped. */

import { sleep } from 'k6';
import exec from 'k6/execution';
import { Trend } from 'k6/metrics';

const latency = new Trend('aragora_latency');

const open = { executor: 'constant-arrival-rate', timeUnit: '1s', duration: '3s', startTime: '0s' } as const;
export const options = {
  scenarios: {
    health_0: { ...open, rate: 200, preAllocatedVUs: 20, maxVUs: 20, exec: 'health' },
    // Two of three arrivals find no free user.
    consensus_0: { ...open, rate: 30, preAllocatedVUs: 1, maxVUs: 1, exec: 'consensus' },
  },
};

/** Uniform in [0, 1), the same in each run. */
function random(index: number): number {
  const x = Math.sin(index + 1) * 43_758.5453;
  return x - Math.floor(x);
}

export function health(): void {
  const index = exec.scenario.iterationInTest;
  const outcome = index % 17 === 0 ? 'status_500' : index % 101 === 0 ? 'größe "}' : 'ok';
  if (index % 10 === 0) exec.vu.metrics.metadata['trace_id'] = `trace-${index}`;
  // All magnitudes from below 1 µs to over 120 s, and some exactly on a limit.
  const valueMs = index % 13 === 0 ? 10 : Math.exp(random(index) * 20 - 8);
  latency.add(valueMs, { endpoint: 'health', outcome });
  delete exec.vu.metrics.metadata['trace_id'];
}

export function consensus(): void {
  const dueMs = exec.scenario.startTime + (exec.scenario.iterationInTest * 1000) / 30;
  sleep(0.09);
  latency.add(Date.now() - dueMs, { endpoint: 'consensus', outcome: 'ok' });
}

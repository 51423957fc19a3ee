/**
 * The load of the cost benchmarks: one scenario, named as in the harness's own plans, either saturated or at a rate. The scripts export
 * what an iteration does.
 */
import type { Options, Scenario } from 'k6/options';

function scenario(): Scenario {
  const duration = `${__ENV['DURATION_SEC']}s`;
  const vus = Number(__ENV['VUS']);
  const ratePerSec = Number(__ENV['RATE_PER_SEC']);
  const exec = 'iteration';
  if (ratePerSec === 0) return { executor: 'constant-vus', exec, vus, duration };
  return { executor: 'constant-arrival-rate', exec, rate: ratePerSec, duration, preAllocatedVUs: vus, maxVUs: vus };
}

export const benchOptions: Options = {
  noCookiesReset: false,
  userAgent: 'aragora-slo',
  scenarios: { health_0: scenario() },
};

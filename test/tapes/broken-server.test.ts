/** What the harness itself broke in the server is no fault of the server: tried on a taped run, of which the plan says that something was broken. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../lib/core/fault.ts';
import type { Finding } from '../../lib/core/finding.ts';
import type { Observation } from '../../lib/core/observation.ts';
import { judgeSystems } from '../../lib/judge/systems.ts';
import { readRun } from '../../lib/run/stages.ts';
import { SYSTEMS } from '../../lib/systems/index.ts';
import type { MetricFamily, MetricsObserved } from '../../lib/systems/metrics/observation.ts';

const healthy = readRun(join(import.meta.dirname, 'healthy'));

/** From half way through on, its process says at each scrape that it has started since the one before. */
function restarted(one: Observation): Observation {
  if (one.kind !== 'metrics' || one.status !== 'collected') return one;
  const observed = one as unknown as MetricsObserved;
  const half = Math.floor(observed.atMs.length / 2);
  const values = observed.atMs.map((_, at) => (at < half ? 1000 : 1000 + 60 * at));
  const name = 'process_start_time_seconds';
  const start: MetricFamily = {
    ...{ name, type: 'gauge', help: null, seriesCount: 1 },
    series: [{ name, labels: {}, values }],
  };
  const families = [...observed.families.filter((family) => family.name !== name), start];
  return { ...observed, families } as unknown as Observation;
}

function judgedWith(...faults: Fault[]): Finding[] {
  const { plan, observations } = healthy;
  const phases = plan.phases.map((phase) => ({ ...phase, faults }));
  const input = { ...healthy, plan: { ...plan, phases }, observations: observations.map(restarted) };
  return judgeSystems(input, SYSTEMS);
}

const failing = (findings: readonly Finding[]) => findings.filter(({ status }) => status === 'fail');
const restarts = (findings: readonly Finding[]) => findings.find(({ id }) => id === 'metrics.restarts');

describe('a server that was started again', () => {
  it('is accused of it where nobody broke it, or only something that leaves the process alone', () => {
    expect(restarts(judgedWith())?.status).toBe('fail');
    expect(restarts(judgedWith({ kind: 'status', status: 503, share: 0.1 }))?.status).toBe('fail');
    expect(restarts(judgedWith({ kind: 'cpu', percent: 70 }, { kind: 'memory', bytes: 1e9 }))?.status).toBe('fail');
  });

  it.each<[Fault]>([
    [{ kind: 'kill', forMs: 3000 }],
    [{ kind: 'pause', forMs: 3000 }],
    [{ kind: 'clock', stepMs: 3_600_000 }],
    [{ kind: 'command', name: 'redis-down' }],
  ])('is accused of nothing where the harness may have done it: %o', (fault) => {
    const findings = judgedWith(fault);
    expect(failing(findings).filter(({ ofDocument }) => ofDocument !== true)).toEqual([]);
    expect(restarts(findings)).toMatchObject({ status: 'no-data', gating: false });
    expect(restarts(findings)?.summary).toContain(`the harness broke the server itself (${fault.kind})`);
    expect(findings.filter(({ status }) => status === 'pass').every(({ ofDocument }) => ofDocument === true)).toBe(
      true,
    );
  });
});

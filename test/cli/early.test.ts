/** Early answers: a run whose verdict is sure ends before its time, says so, and every later look at its folder says the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Journey, Objective } from '../../lib/core/plan.ts';
import type { LoadResult } from '../../lib/core/recording.ts';
import { cleanUp, type Ended, enginePath, file, findings, runCli, tempDir } from './support/cli.ts';
import { lenientObjectives } from './support/profiles.ts';
import { closeFakes, fakeHttp } from './support/servers.ts';

beforeAll(enginePath, 600_000);
afterAll(async () => {
  cleanUp();
  await closeFakes();
});

/** Only the health journey, long enough for one look, after 20 s. */
function profile(durationSec: number, gate: Objective['id'], early: object | undefined = { afterSec: 20 }): string {
  const journeys: Partial<Record<Journey['name'], object>> = { health: { ratePerSec: 20, durationSec } };
  return file(tempDir(), 'early.yaml', { name: 'early', journeys, gates: [gate], ...(early && { early }) });
}

interface Outcome extends Ended {
  readonly dir: string;
  readonly load: LoadResult;
}

async function runEarly(...args: string[]): Promise<Outcome> {
  const dir = join(tempDir(), 'run');
  const ended = await runCli(['run', ...args, '--out', dir]);
  return { ...ended, dir, load: JSON.parse(readFileSync(join(dir, 'load.json'), 'utf8')) as LoadResult };
}

/** Half within 5 s; 20 s of the 2 min are enough. */
const healthy = (): string[] => ['--profile', profile(120, 'lenient.1'), '--slo', lenientObjectives()];

describe.concurrent('a healthy target', () => {
  test.concurrent('is known to conform before the end of the load', async () => {
    const { dir, load, exitCode, stdout, stderr } = await runEarly(...healthy());
    expect(exitCode, stderr).toBe(0);
    expect(load.reason).toEqual({ kind: 'decided-early', look: 0, decision: 'conforms' });
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /^CONFORMS all of 4 gating findings pass; the load was ended after 20 of 120 s, when it was sure that the server conforms \(--full runs to the end\)/,
    );
    expect(stderr).toContain('the verdict is sure: the load was ended before its time');
    const before = findings(dir);
    expect(before.run.loadEnded).toBe('decided-early');
    expect((await runCli(['judge', dir])).exitCode).toBe(0);
    expect(findings(dir)).toEqual(before);
  });

  test.concurrent('is loaded to the end with --full', async () => {
    const gated = ['--profile', profile(24, 'lenient.1'), '--slo', lenientObjectives(), '--no-telemetry'];
    const { dir, load, exitCode } = await runEarly(...gated, '--full');
    expect(exitCode).toBe(0);
    expect(load.reason).toEqual({ kind: 'finished' });
    expect(findings(dir).run.command).toContain('--full');
  });

  test.concurrent('is loaded to the end by a profile that does not ask for an early answer', async () => {
    const gated = ['--profile', profile(3, 'lenient.1', undefined), '--slo', lenientObjectives(), '--no-telemetry'];
    const { dir, load } = await runEarly(...gated);
    expect(load.reason).toEqual({ kind: 'finished' });
    expect(findings(dir).run.command).not.toContain('--full');
  });
});

test.concurrent('a broken target is known to breach before the end of the load', async () => {
  // Failures, because a busy machine could explain slowness.
  const { host } = await fakeHttp((_, response) => response.writeHead(503).end('{}'));
  const gated = ['--profile', profile(120, 'latency.health.p50'), '--no-telemetry'];
  const { dir, load, exitCode, stdout } = await runEarly('--target', `http://${host}`, ...gated);
  expect(exitCode, stdout).toBe(99);
  expect(load.reason).toEqual({ kind: 'decided-early', look: 0, decision: 'breaches' });
  const before = findings(dir);
  expect((await runCli(['judge', dir])).exitCode).toBe(99);
  expect(findings(dir)).toEqual(before);
});

test.concurrent('a target of which nothing is sure is loaded to the end', async () => {
  // 24 s at 20/s give 480 samples; a P99.9 needs 2,995.
  const metricSource = { type: 'aragora-slo', spec: { endpoint: 'health' } };
  const slo = file(tempDir(), 'slo.yaml', {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name: 'rare' },
    spec: {
      service: 'aragora',
      indicator: { spec: { thresholdMetric: { metricSource } } },
      objectives: [{ op: 'lte', value: 100_000, target: 0.999 }],
    },
  });
  const { load, exitCode } = await runEarly('--profile', profile(24, 'rare.1'), '--slo', slo, '--no-telemetry');
  expect(exitCode).toBe(3);
  expect(load.reason).toEqual({ kind: 'finished' });
});

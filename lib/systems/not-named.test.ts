/** What a run does not name costs it nothing: no code and no library of it is loaded, so it can neither start nor ask anything. */
import { beforeEach, expect, test, vi } from 'vitest';
import { PROFILES } from '../../thresholds/profiles.ts';
import { Collector } from '../observe/collector.ts';
import { telemetryPlanOf } from '../run/telemetry-plan.ts';
import { lookedAt, SYSTEMS } from './index.ts';
import type { GivenOptions } from './plan.ts';

/** Observers, the stand-in of a sign-in provider, and the libraries that only they need. */
const THEIRS = [
  './status/observe/observer.ts',
  './redis/observe/observer.ts',
  './oauth/observe/observer.ts',
  './aws/observe/observer.ts',
  './sentry/observe/observer.ts',
  './sentry/observe/api.ts',
  './alerts/observe/observer.ts',
  './grafana/observe/observer.ts',
  '../stack/oauth-provider.ts',
  '@redis/client',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-cloudwatch-logs',
];

const loaded: string[] = [];
beforeEach(() => {
  loaded.length = 0;
  vi.resetModules();
  for (const path of THEIRS) {
    vi.doMock(path, async (importOriginal) => {
      loaded.push(path);
      return importOriginal<object>();
    });
  }
});

/** Of a run on the embedded target. */
async function opened(sources: GivenOptions) {
  const telemetry = telemetryPlanOf(PROFILES.check, 'documented', undefined, { asked: sources });
  const { signal } = new AbortController();
  const plan = { seed: 1, scenarios: {}, telemetry, options: sources, access: {}, token: undefined, signal };
  const collector = await Collector.open({ ...plan, embedded: true }, lookedAt(telemetry));
  const { targetArgs } = collector;
  await collector.close();
  return { looksAt: Object.keys(telemetry.systems), asks: targetArgs.filter((word) => word.startsWith('--')) };
}

test('a run that names no system of the stack looks at none, loads nothing of it, and asks nothing of the target for it', async () => {
  const stack = SYSTEMS.filter(({ onlyIfNamed }) => onlyIfNamed).map(({ id }) => id);
  expect(stack).toEqual(['status', 'redis', 'oauth', 'aws', 'sentry', 'alerts', 'grafana']);
  const { looksAt, asks } = await opened({});
  expect(looksAt).toEqual(['metrics', 'traces', 'logs', 'probes']);
  // Where its spans and its log go.
  expect(asks).toEqual(['--otlp', '--log']);
  expect(loaded).toEqual([]);
});

test('one that names Redis loads that, and no other', async () => {
  const { looksAt, asks } = await opened({ redis: 'redis://127.0.0.1:1' });
  expect(looksAt).toEqual(['metrics', 'traces', 'logs', 'probes', 'redis']);
  expect(asks).toContain('--redis');
  expect(loaded).toEqual(['./redis/observe/observer.ts', '@redis/client']);
});

test('the command itself loads none of it either', async () => {
  await import('../commands/run.ts');
  await import('../run/run.ts');
  expect(loaded).toEqual([]);
});

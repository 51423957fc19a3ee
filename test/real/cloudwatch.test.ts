import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEmbeddedTarget } from '../../lib/embedded/process.ts';
import { observeBackend } from '../../lib/systems/logs/observe/backend.ts';
import { cloudWatchBackend } from '../../lib/systems/logs/observe/cloudwatch.ts';
import { type Backend, launchMoto } from '../backends/launch.ts';
import { Cli, cleanUp, enginePath, file, statusOf, tempDir } from '../cli/support/cli.ts';
import { CANARY, idOf, lineOf, SEARCH, sentHealth } from '../support/log-lines.ts';

/** No test waits until it has passed; twenty thousand lines take moto some seconds. */
const DEADLINE_MS = 60_000;
const GROUP = 'aragora-api';
const REGION = 'us-east-2';
const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

let moto: Backend;
beforeAll(async () => {
  for (const [name, value] of Object.entries(KEYS)) vi.stubEnv(name, value);
  moto = await launchMoto();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await moto.stop();
  cleanUp();
});

/** As the CloudWatch agent does; moto checks no signature, only its region. */
async function call(operation: string, input: object): Promise<void> {
  const answer = await fetch(moto.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/logs/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  expect([operation, answer.status, await answer.text()]).toEqual([operation, 200, expect.any(String)]);
}

function observe(group: string, startMs: number, arrivals: number) {
  const backend = cloudWatchBackend({ group, endpoint: moto.url, region: REGION });
  const window = { fromMs: startMs, toMs: Date.now() };
  return observeBackend(backend, SEARCH, { window, ...sentHealth(arrivals), deadlineMs: DEADLINE_MS });
}

test("the lines of a group's streams are read page by page from moto, and found by trace id", async () => {
  const startMs = Date.now();
  await call('CreateLogGroup', { logGroupName: GROUP });
  for (const [from, logStreamName] of [
    [0, 'api/1'],
    [10_000, 'api/2'],
  ] as const) {
    await call('CreateLogStream', { logGroupName: GROUP, logStreamName });
    const logEvents = Array.from({ length: 10_000 }, (_, index) => ({
      timestamp: startMs,
      message: lineOf(from + index, index === 0 ? { message: CANARY } : {}),
    }));
    await call('PutLogEvents', { logGroupName: GROUP, logStreamName, logEvents });
  }
  expect(await observe(GROUP, startMs, 20_000)).toMatchObject({
    status: 'collected',
    source: 'cloudwatch',
    lines: 20_000,
    complete: true,
    leaks: { count: 2 },
    traceIds: { sent: 20_000, found: 20_000 },
    backend: { levelLabel: null, lookups: [{ traceId: idOf(0), foundAfterMs: expect.any(Number) }] },
  });
});

test('a group that moto does not have is unavailable, with the reason', async () => {
  expect(await observe('nobody', Date.now(), 1)).toMatchObject({
    status: 'unavailable',
    source: 'cloudwatch',
    reason: `CloudWatch Logs at ${moto.url} has no log group "nobody"`,
  });
});

/** Puts each new line of the log into the group, as long as `going` returns true, as the CloudWatch agent does. */
async function ship(log: string, logGroupName: string, going: () => boolean): Promise<void> {
  const logStreamName = 'api/1';
  await call('CreateLogGroup', { logGroupName });
  await call('CreateLogStream', { logGroupName, logStreamName });
  for (let shipped = 0; going(); await sleep(200)) {
    const lines = readFileSync(log, 'utf8').split('\n').slice(shipped, -1);
    const logEvents = lines.map((message) => ({ timestamp: Date.now(), message }));
    if (lines.length > 0) await call('PutLogEvents', { logGroupName, logStreamName, logEvents });
    shipped += lines.length;
  }
}

test('a run finds the lines of the server, shipped to moto while the load runs', async () => {
  await enginePath();
  const log = file(tempDir(), 'server.log', '');
  const server = await startEmbeddedTarget(['--log', log], new AbortController().signal);
  const journeys = { health: { ratePerSec: 5, durationSec: 1 } };
  const profile = file(tempDir(), 'health.yaml', { name: 'health', journeys, gates: ['logs.cloudwatch.'] });
  const out = join(tempDir(), 'run');
  const args = ['run', '--target', server.httpUrl, '--profile', profile, '--quiet', '--out', out];
  const run = new Cli([...args, '--cloudwatch', 'shipped', '--cloudwatch-endpoint', moto.url], {
    env: { ...KEYS, AWS_REGION: REGION },
  });
  const [{ exitCode, stdout }] = await Promise.all([run.ended(), ship(log, 'shipped', () => run.running)]).finally(() =>
    server.stop(),
  );
  expect(exitCode, stdout).toBe(0);
  for (const id of ['ingested', 'trace-ids'])
    expect([id, statusOf(out, `logs.cloudwatch.${id}`)]).toEqual([id, 'pass']);
});

test('moto, stopped, is unavailable, with the reason', async () => {
  await moto.stop();
  expect(await observe(GROUP, Date.now(), 1)).toMatchObject({
    status: 'unavailable',
    reason: expect.stringMatching(/could not be read: .*ECONNREFUSED/),
  });
});

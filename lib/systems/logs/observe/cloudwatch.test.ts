import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { FakeBackend, type FakeScript } from '../../../../test/support/fake-backend.ts';
import { idOf, lineOf, SEARCH, sentHealth } from '../../../../test/support/log-lines.ts';
import type { LogsObservation, LogsObserved } from '../observation.ts';
import { observeBackend } from './backend.ts';
import { cloudWatchBackend } from './cloudwatch.ts';

const WINDOW = { fromMs: 1_768_730_400_000, toMs: 1_768_730_460_000 };
const DEADLINE_MS = 20_000;
const CALL = 'POST /';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const page = (from: number, to: number, nextToken?: string) => ({
  json: {
    events: Array.from({ length: to - from }, (_, index) => ({
      timestamp: WINDOW.fromMs,
      message: lineOf(from + index),
    })),
    ...(nextToken === undefined ? {} : { nextToken }),
  },
});
const refusal = (type: string) => ({ status: 400, json: { __type: type, message: 'no' } });

async function observe(script: FakeScript, arrivals: number) {
  const fake = await FakeBackend.start(script);
  const backend = cloudWatchBackend({ group: 'aragora-api', endpoint: fake.url, region: 'us-east-2' });
  const options = { window: WINDOW, ...sentHealth(arrivals), deadlineMs: DEADLINE_MS };
  const observation = await observeBackend(backend, SEARCH, options);
  await fake.stop();
  return { observation, calls: fake.calls };
}

function collected(observation: LogsObservation): LogsObserved {
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  return observation;
}

describe('CloudWatch (a fake)', () => {
  it('is read page by page, and lines are filtered here', async () => {
    const pages = [page(0, 2), page(0, 2, 'more'), { json: { events: [], nextToken: 'last' } }, page(2, 3)];
    const { observation, calls } = await observe({ [CALL]: pages }, 3);
    const asked = { logGroupName: 'aragora-api', startTime: 1_768_730_395_000, endTime: 1_768_730_465_000 };
    expect(calls.map(({ body }) => JSON.parse(body))).toEqual([
      asked,
      asked,
      { ...asked, nextToken: 'more' },
      { ...asked, nextToken: 'last' },
    ]);
    expect(calls[0]?.headers['x-amz-target']).toBe('Logs_20140328.FilterLogEvents');
    expect(collected(observation)).toMatchObject({
      source: 'cloudwatch',
      lines: 3,
      traceIds: { found: 3 },
      backend: { levelLabel: null, lookups: [{ traceId: idOf(0), foundAfterMs: expect.any(Number) }] },
    });
  });

  test.each([
    ['has no such group', 'ResourceNotFoundException', /has no log group "aragora-api"$/],
    ['denies access', 'AccessDeniedException', /refuses the credentials: no$/],
    ['refuses the token', 'UnrecognizedClientException', /refuses the credentials: no$/],
    ['refuses the request', 'InvalidParameterException', /could not be read: no$/],
  ])('that %s is unavailable', async (_, type, reason) => {
    const { observation } = await observe({ [CALL]: [refusal(type)] }, 1);
    expect(observation).toMatchObject({
      status: 'unavailable',
      source: 'cloudwatch',
      reason: expect.stringMatching(reason),
    });
  });

  it('that does not listen is unavailable', async () => {
    const fake = await FakeBackend.start({});
    await fake.stop();
    const backend = cloudWatchBackend({ group: 'aragora-api', endpoint: fake.url, region: 'us-east-2' });
    const options = { window: WINDOW, ...sentHealth(1), deadlineMs: DEADLINE_MS };
    expect(await observeBackend(backend, SEARCH, options)).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/could not be read: .*ECONNREFUSED/),
    });
  });
});

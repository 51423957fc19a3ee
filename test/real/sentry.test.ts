/** What the reference target reports is taken by a real receiver, and what Sentry's own SDK for Python sends is taken by ours. */
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Child } from '../../lib/process/child.ts';
import type { SentryObserved } from '../../lib/systems/sentry/observation.ts';
import { SENTRY } from '../../lib/systems/sentry/system.ts';
import { startTarget } from '../../lib/target/target.ts';
import { bugsinkFolder, launchBugsink } from '../backends/bugsink.ts';
import { judgeObserved } from '../support/judge-system.ts';
import { CANARY, seenBy, sentryObserver, smallLoad } from '../support/sentry-run.ts';

const APP = join(import.meta.dirname, '../backends/bugsink/documented_app.py');
/** No test waits until it has passed. */
const DEADLINE_MS = 90_000;

let python: string;
beforeAll(async () => {
  python = join(await bugsinkFolder({ onProgress: (line) => console.log(line) }), 'bin/python');
});

interface Page {
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

test('Bugsink lists an error of the reference target, with environment and release, and without who asked', async () => {
  const bugsink = await launchBugsink();
  onTestFinished(() => bugsink.stop());
  const target = await startTarget({ reports: { dsn: bugsink.dsn, environment: 'production', release: 'a@1' } });
  onTestFinished(() => target.stop());
  const headers = { authorization: `Bearer ${CANARY}`, cookie: `session=${CANARY}` };
  expect((await fetch(`${target.httpUrl}/_reference/error`, { headers })).status).toBe(500);
  const first = async (path: string) => {
    const page = (await bugsink.read(path)) as Page;
    return page.results[0] ?? expect.fail(`nothing at ${path}`);
  };
  const issue = await vi.waitFor(() => first('/issues/?project=1'), { timeout: DEADLINE_MS, interval: 200 });
  expect(issue).toMatchObject({ calculated_type: 'InternalError', transaction: 'GET /_reference/error' });
  const { id } = await first(`/events/?issue=${issue['id']}`);
  const event = (await bugsink.read(`/events/${id}/`)) as Readonly<Record<string, unknown>>;
  expect(event['data']).toMatchObject({ environment: 'production', release: 'a@1', level: 'error' });
  expect(JSON.stringify(event)).not.toContain(CANARY);
}, 120_000);

interface Setup {
  /** Whether the guide's `scrub_pii` is there. */
  readonly scrub: boolean;
  readonly [option: string]: unknown;
}

/** What arrives of a server with Sentry's SDK, which is set up with these options besides the guide's. */
async function reportedBySdk(setup: Setup, environment = 'production'): Promise<SentryObserved> {
  const options = { sentryErrorPath: '/sentry-debug', sentryEnvironment: 'production' };
  const observer = await sentryObserver({ embedded: false, token: CANARY, options });
  onTestFinished(async () => observer.close?.());
  const [dsn] = /http:\S+$/.exec(observer.note ?? '') ?? [];
  const env = { PATH: process.env['PATH'], SENTRY_DSN: dsn, SENTRY_ENVIRONMENT: environment };
  const args = [APP, JSON.stringify(setup)];
  const child = new Child(python, { args, env, stdio: ['ignore', 'pipe', 'inherit'], patienceMs: 5000 });
  onTestFinished(async () => void (await child.stop()));
  const port = await child.firstLine(AbortSignal.timeout(DEADLINE_MS));
  const url = `http://127.0.0.1:${port}`;
  const seen = await seenBy(observer, url, () => smallLoad(`${url}/api/health`));
  if (seen.status !== 'collected') throw new Error(seen.reason);
  return seen;
}

const statuses = (seen: SentryObserved) =>
  Object.fromEntries(judgeObserved(SENTRY, [seen]).map(({ id, status }) => [id.replace('sentry.', ''), status]));

const GOOD = {
  arrives: 'pass',
  environment: 'pass',
  release: 'pass',
  authorization: 'pass',
  cookie: 'pass',
  email: 'pass',
  secrets: 'pass',
  'alert-rules': 'no-data',
};

describe("Sentry's SDK", () => {
  test("set up as the guide says, it reports what it should; its rate of 1 is not the guide's", async () => {
    const seen = await reportedBySdk({ scrub: true, traces_sample_rate: 1 });
    expect(seen.envelopes).toMatchObject({ malformed: 0, unread: 0 });
    expect(seen.transactions).toMatchObject({ saidRates: ['1'] });
    expect(statuses(seen)).toEqual({ ...GOOD, sampling: 'fail' });
    expect(seen.transactions.ofLoad).toBe(seen.transactions.http);
  });

  test('that sends personal data, and names another environment, is found out', async () => {
    const setup = { scrub: false, send_default_pii: true, traces_sample_rate: 0 };
    const seen = await reportedBySdk(setup, 'staging');
    const expected = { environment: 'fail', authorization: 'fail', cookie: 'fail', sampling: 'fail' };
    expect(statuses(seen)).toMatchObject(expected);
    expect(JSON.stringify(seen)).not.toMatch(/canary-[0-9a-f]{24}/);
  });
});

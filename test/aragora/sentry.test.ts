/** What the real Aragora reports with Sentry's SDK, as its code sets that up: received by the harness, as in a run with `--sentry-listen`. */
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { SENTRY } from '../../lib/systems/sentry/system.ts';
import { judgeObserved } from '../support/judge-system.ts';
import { CANARY, seenBy, sentryObserver, smallLoad } from '../support/sentry-run.ts';
import { startAragora } from './server.ts';

/** It answers 500 on this release, and 400 to a parameter that it does not know. */
const BROKEN_PATH = '/api/v1/status/uptime';
const DEADLINE_MS = 15_000;

/** The release wants this port for its metrics, and logs an error where it is taken. That is the one error that surely is reported. */
async function takeMetricsPort(): Promise<void> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve, reject) => {
    // Somebody else has it: as good.
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve() : reject(error)));
    server.listen({ port: 9090, host: '0.0.0.0' }, resolve);
  });
}

test('it names environment and release and nobody who asked; its requests are no transactions, and a 500 is not reported', async () => {
  const options = { sentryErrorPath: BROKEN_PATH, sentryEnvironment: 'production' };
  const observer = await sentryObserver({ embedded: false, token: CANARY, options, deadlineMs: DEADLINE_MS });
  onTestFinished(async () => observer.close?.());
  const [dsn = ''] = /http:\S+$/.exec(observer.note ?? '') ?? [];
  await takeMetricsPort();
  const server = await startAragora({ env: { SENTRY_DSN: dsn, SENTRY_ENVIRONMENT: 'production' } });
  onTestFinished(() => server.stop());
  const seen = await seenBy(observer, server.httpUrl, () => smallLoad(`${server.httpUrl}/api/debates`));
  const findings = judgeObserved(SENTRY, [seen]).map(({ id, status, summary }) => [
    id.slice(7),
    `${status}: ${summary}`,
  ]);
  expect(Object.fromEntries(findings)).toMatchObject({
    arrives: expect.stringMatching(/^fail: GET \S+ answers 500, and its error did not arrive within 15 s/),
    environment: expect.stringMatching(/^pass: .* name production$/),
    release: expect.stringMatching(/^pass: .* name aragora@2\.11\.1$/),
    authorization: expect.stringMatching(/^pass: /),
    cookie: expect.stringMatching(/^pass: /),
    email: expect.stringMatching(/^pass: /),
    secrets: expect.stringMatching(/^pass: /),
    sampling: expect.stringMatching(/^fail: 0 of 200 requests arrived as transactions/),
  });
});

/** A target that answers well before the load, and then in every way of the trials: each request fails under its own name, and no other does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOSTILE, TRIALS, type Trial } from '../support/hostile-answers.ts';
import { cleanUp, enginePath, filesOf, gate } from './support/cli.ts';
import { lenientObjectives, lenientProfile } from './support/profiles.ts';
import { closeFakes, fakeHttp } from './support/servers.ts';

beforeAll(enginePath, 600_000);
afterAll(async () => {
  cleanUp();
  await closeFakes();
});

/** How a client sees each: no trial may look like another kind. */
const KINDS: Readonly<Record<Trial, string>> = {
  hang: 'timeout',
  big: 'answer-too-large',
  big200: 'answer-too-large',
  gzip: 'answer-too-large',
  chunked: 'answer-too-large',
  trickle: 'timeout',
  headers: 'answer-too-large',
  slow: 'timeout',
  redirect: 'redirect_302',
  reset: 'reset',
  html: 'foreign_200',
  e500: 'status_500',
};

test('each way of not answering has its name', async () => {
  // By the trace, because k6 sends a request once more whose connection had been used before.
  const given = new Map<string, number>();
  const { host } = await fakeHttp((request, response) => {
    const trace = String(request.headers['traceparent']);
    const isLoad = request.headers['user-agent'] === 'aragora-slo';
    if (isLoad && !given.has(trace)) given.set(trace, given.size);
    const mode = isLoad ? TRIALS[given.get(trace) ?? 0] : undefined;
    if (mode !== undefined) return HOSTILE[mode](request, response);
    // An interim answer that nobody asked for is passed over (RFC 9110, 15.2).
    response.writeContinue();
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    return response.end(JSON.stringify({ status: 'healthy', timestamp: new Date().toISOString() }));
  });
  const more = ['--no-telemetry', '--slo', lenientObjectives()];
  const { stderr, dir } = await gate(`http://${host}`, lenientProfile(), ...more);
  expect(stderr).not.toContain('note:');
  const expected: Record<string, number> = {};
  for (const mode of TRIALS) expected[KINDS[mode]] = (expected[KINDS[mode]] ?? 0) + 1;
  expect(failedOf(dir), stderr).toEqual(expected);
  // The rest was answered well, after interim answers.
  expect(given.size).toBeGreaterThan(2 * TRIALS.length);
});

function failedOf(dir: string): Record<string, number> {
  const { endpoints } = JSON.parse(filesOf(dir).get('recording.json') ?? '');
  const rows: readonly [...number[][], Record<string, number>][] = endpoints.health.seconds;
  const sums: Record<string, number> = {};
  for (const [kind, count] of rows.flatMap((row) => Object.entries(row.at(-1) ?? {})))
    sums[kind] = (sums[kind] ?? 0) + Number(count);
  return sums;
}

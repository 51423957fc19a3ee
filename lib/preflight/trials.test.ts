/** What is said before the load of each server that failed a trial: one that never ends, or answers something else, on its API or only at /metrics. */
import { afterAll, describe, expect, test } from 'vitest';
import { closeFakes } from '../../test/cli/support/servers.ts';
import { HOSTILE, TRIALS, type Trial } from '../../test/support/hostile-answers.ts';
import { serve, wantedOf } from '../../test/support/wanted.ts';
import { askMetrics } from './metrics.ts';
import { preflight } from './preflight.ts';
import { prepareDebate } from './prepare.ts';

const { signal } = new AbortController();
afterAll(closeFakes);

/** Time enough for an answer that ends, however busy the machine; and for one that does not end. */
const LONG_MS = 60_000;
const SHORT_MS = 150;
/** Where the time is up depends on the machine. */
const LATE = /no (connection|answer|end) within 0\.\d+ s$/;

/** What the look ends with: its notes, or the error that ends the run. */
async function said(httpUrl: string, totalMs: number): Promise<string> {
  const wanted = wantedOf(httpUrl, { paths: ['/api/debates'], timeoutMs: LONG_MS });
  const looked = preflight(wanted, signal, totalMs);
  return looked.then(
    ({ notes }) => notes.map((note) => `note: ${note}`).join('\n'),
    (error: unknown) => `error: ${(error as Error).message}`,
  );
}

const TOO_LARGE =
  /^error: \S+\/api\/health answers with more than 1024 KiB: this is not an Aragora, and is not loaded$/;
/** Each part of an answer comes in time, and the whole of it never: only the deadline for all of them ends it. */
const OVER = /^error: the look before the load was not done in 0\.15 s: \S+\/api\/health took \d+\.\d s of it$/;

describe('the look at an API with the fault', () => {
  const SAYS: Readonly<Record<Trial, [says: RegExp, totalMs?: number]>> = {
    hang: [OVER, SHORT_MS],
    big: [TOO_LARGE],
    big200: [TOO_LARGE],
    gzip: [TOO_LARGE],
    chunked: [TOO_LARGE],
    trickle: [OVER, SHORT_MS],
    headers: [/^error: \S+\/api\/health: the headers of its answer are larger than 16 KiB: this is not an Aragora/],
    slow: [OVER, SHORT_MS],
    redirect: [/^error: \S+\/api\/health answers 302: it redirects to http:\/\/127\.0\.0\.2:9\/, and/],
    reset: [/^error: nothing to measure at \S+\/api\/health: connection reset$/],
    html: [/^error: \S+\/api\/health answers 200 with a web page \(HTML\)$/],
    e500: [/^note: \S+\/api\/health answers 500\nnote: \S+\/api\/debates answers 500$/],
  };
  test.each(TRIALS)('%s', async (mode) => {
    const [says, totalMs = LONG_MS] = SAYS[mode];
    expect(await said(await serve(HOSTILE[mode]), totalMs)).toMatch(says);
  });

  test('is over in time as well where it waits for a debate', async () => {
    for (const mode of ['hang', 'trickle', 'slow'] as const) {
      const httpUrl = await serve(HOSTILE[mode]);
      const { debateId, ...why } = await prepareDebate({ httpUrl, token: undefined, timeoutMs: SHORT_MS }, signal);
      expect(debateId).toBe(null);
      expect(why).toEqual({ reason: expect.stringMatching(new RegExp(`^POST /api/debates: ${LATE.source}`)) });
    }
  });
});

describe('the look at metrics with the fault', () => {
  const SAYS: Readonly<Record<Trial, [says: RegExp, timeoutMs?: number]>> = {
    hang: [LATE, SHORT_MS],
    big: [/can't be read: its answer is larger than 16 MiB$/],
    big200: [/can't be read: its answer is larger than 16 MiB$/],
    gzip: [/can't be read: its answer is larger than 16 MiB$/],
    chunked: [/can't be read: its answer is larger than 16 MiB$/],
    trickle: [LATE, SHORT_MS],
    headers: [/can't be read: the headers of its answer are larger than 16 KiB$/],
    slow: [LATE, SHORT_MS],
    redirect: [
      /answers 302: it redirects to http:\/\/127\.0\.0\.2:9\/, and redirects are not followed; name where they are with --metrics/,
    ],
    reset: [/does not answer: connection reset$/],
    html: [/answers 200 with a web page \(HTML\); name where they are with --metrics/],
    e500: [/answers 500.*--no-telemetry judges a run without it$/],
  };
  test.each(TRIALS)('%s is a note, and the load goes on', async (mode) => {
    const [says, timeoutMs = LONG_MS] = SAYS[mode];
    const httpUrl = await serve(HOSTILE[mode]);
    const reads = [{ url: `${httpUrl}/metrics`, access: {} }];
    const { notes } = await askMetrics(wantedOf(httpUrl, { reads, timeoutMs }), signal);
    expect(notes).toEqual([expect.stringMatching(says)]);
    expect(notes[0]?.startsWith(`no metrics can be judged: ${httpUrl}/metrics `)).toBe(true);
  });
});

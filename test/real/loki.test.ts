import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogsObservation, LogsObserved } from '../../lib/systems/logs/observation.ts';
import { observeBackend } from '../../lib/systems/logs/observe/backend.ts';
import { lokiBackend } from '../../lib/systems/logs/observe/loki.ts';
import { type Backend, launchLoki } from '../backends/launch.ts';
import { CANARY, idOf, lineOf, SEARCH, sentHealth } from '../support/log-lines.ts';

/** A line can be read as soon as Loki has answered the push; this long deadline is for a busy machine. */
const DEADLINE_MS = 60_000;

let loki: Backend;
beforeAll(async () => {
  loki = await launchLoki();
});
afterAll(() => loki.stop());

interface Line {
  readonly text: string;
  /** Labels of its stream, as Promtail's pipeline in the guide makes them. */
  readonly level?: string;
  /** Structured metadata of the line itself, as Promtail's stage `structured_metadata` and Alloy make it. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Later than the others by this many ns. */
  readonly at: number;
}

/** As Promtail does, by the HTTP push API. */
async function push(app: string, startMs: number, lines: readonly Line[]): Promise<void> {
  const streams = lines.map(({ text, level, metadata, at }) => ({
    stream: { app, ...(level === undefined ? {} : { level }) },
    values: [[`${BigInt(startMs) * 1_000_000n + BigInt(at)}`, text, ...(metadata === undefined ? [] : [metadata])]],
  }));
  const answer = await fetch(`${loki.url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const linesOf = (from: number, to: number, at: (arrival: number) => number = (arrival) => arrival): Line[] =>
  Array.from({ length: to - from }, (_, index) => ({
    text: lineOf(from + index),
    level: 'INFO',
    at: at(from + index),
  }));

async function observe(app: string, startMs: number, arrivals: number, deadlineMs = DEADLINE_MS) {
  const backend = lokiBackend({ url: loki.url, selector: `{app="${app}"}` });
  const window = { fromMs: startMs, toMs: Date.now() };
  return observeBackend(backend, SEARCH, { window, ...sentHealth(arrivals), deadlineMs });
}

function collected(observation: LogsObservation): LogsObserved {
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  return observation;
}

describe('Loki', () => {
  test('has the lines that were pushed, found by trace id within the stated delay, labelled with their level', async () => {
    const startMs = Date.now();
    await push('aragora-a', startMs, [
      ...linesOf(0, 3),
      { text: lineOf(3, { level: 'ERROR' }), level: 'ERROR', at: 3 },
      { text: 'Traceback (most recent call last):', level: 'ERROR', at: 4 },
      { text: lineOf(4, { message: `Bearer ${CANARY}` }), level: 'INFO', at: 5 },
    ]);
    await push('another', startMs, linesOf(5, 6));
    const backend = lokiBackend({ url: loki.url });
    const window = { fromMs: startMs, toMs: Date.now() };
    const options = { window, ...sentHealth(5), deadlineMs: DEADLINE_MS };
    const observed = collected(await observeBackend(backend, SEARCH, options));
    expect(observed).toMatchObject({
      source: 'loki',
      lines: 6,
      complete: true,
      notJson: { count: 1, examples: [{ text: 'Traceback (most recent call last):' }] },
      levels: { INFO: 4, ERROR: 1 },
      leaks: { count: 1 },
      traceIds: { sent: 5, found: 5, missing: [] },
      backend: {
        levelLabel: { same: 6, other: { count: 0 }, none: { count: 0 } },
        lookups: [{ traceId: idOf(0), foundAfterMs: expect.any(Number) }],
      },
    });
  });

  test('reports lines without the label level, though it finds out one for itself, and with another one', async () => {
    const startMs = Date.now();
    await push('aragora-b', startMs, [
      { text: lineOf(0), at: 0 },
      { text: lineOf(1), level: 'ERROR', at: 1 },
      { text: lineOf(2), level: 'info', at: 2 },
    ]);
    expect(collected(await observe('aragora-b', startMs, 3)).backend?.levelLabel).toMatchObject({
      same: 1,
      other: { count: 1, examples: [{ problem: 'is labelled level="ERROR"' }] },
      none: { count: 1, examples: [{ problem: 'has no label level' }] },
    });
  });

  test('that keeps the level with each line, and in no label, is read with it', async () => {
    const startMs = Date.now();
    await push('aragora-f', startMs, [
      { text: lineOf(0), metadata: { level: 'INFO' }, at: 0 },
      { text: lineOf(1), metadata: { level: 'ERROR' }, at: 1 },
      { text: lineOf(2), metadata: { pod: 'api-1' }, at: 2 },
    ]);
    expect(collected(await observe('aragora-f', startMs, 3)).backend?.levelLabel).toMatchObject({
      same: 1,
      other: { count: 1, examples: [{ problem: 'is labelled level="ERROR"' }] },
      none: { count: 1, examples: [{ problem: 'has no label level' }] },
    });
  });

  test('is read page by page: 12,000 lines, thousands of one moment', async () => {
    const startMs = Date.now();
    // 4,000 lines share each nanosecond, so pages end inside one.
    for (let from = 0; from < 12_000; from += 2000) {
      await push(
        'aragora-c',
        startMs,
        linesOf(from, from + 2000, (arrival) => Math.floor(arrival / 4000)),
      );
    }
    expect(collected(await observe('aragora-c', startMs, 12_000))).toMatchObject({
      lines: 12_000,
      traceIds: { sent: 12_000, found: 12_000 },
    });
  });

  test('is asked again until a late line has come in, and up to the deadline for one that never does', async () => {
    const startMs = Date.now();
    await push('aragora-d', startMs, linesOf(0, 1));
    const observing = observe('aragora-d', startMs, 2);
    await push('aragora-d', startMs, linesOf(1, 2));
    expect(collected(await observing).traceIds).toMatchObject({ sent: 2, found: 2 });
    const never = collected(await observe('aragora-d', startMs, 3, 5000));
    expect(never.traceIds).toMatchObject({ sent: 3, found: 2, missing: [idOf(2)], waitedMs: 5000 });
  });

  test('with lines that hold quotes, backslashes and more than one line is read as they were', async () => {
    const startMs = Date.now();
    const message = 'é "quoted" \\ and\nnext\tline';
    await push('aragora-e', startMs, [{ text: lineOf(0, { message }), level: 'INFO', at: 0 }]);
    expect(collected(await observe('aragora-e', startMs, 1))).toMatchObject({ lines: 1, notJson: { count: 0 } });
  });
});

describe('logs are unavailable, with the reason,', () => {
  test.each([
    ['an unknown operator', '{app!!"a"}', /answers 400: "parse error at line 1, col 5: /],
    ['a selector that selects everything', '{}', /answers 400: ".*at least one/],
    ['a metric query', 'count_over_time({app="a"}[1m])', /answers 400: ".*/],
  ])('for %s', async (_, selector, reason) => {
    const options = { window: { fromMs: Date.now(), toMs: Date.now() }, ...sentHealth(1), deadlineMs: DEADLINE_MS };
    const observation = await observeBackend(lokiBackend({ url: loki.url, selector }), SEARCH, options);
    expect(observation).toMatchObject({
      status: 'unavailable',
      source: 'loki',
      reason: expect.stringMatching(reason),
    });
  });

  test('when Loki is stopped', async () => {
    const stopped = await launchLoki();
    await stopped.stop();
    const options = { window: { fromMs: Date.now(), toMs: Date.now() }, ...sentHealth(1), deadlineMs: DEADLINE_MS };
    expect(await observeBackend(lokiBackend({ url: stopped.url }), SEARCH, options)).toMatchObject({
      status: 'unavailable',
      source: 'loki',
      reason: `GET ${stopped.url}/loki/api/v1/query_range does not answer: connection refused`,
    });
  });
});

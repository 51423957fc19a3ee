/** Each break of single responses, sockets or frames: recorded as what it is, by clients that meet it once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunFacts } from '../../lib/core/run.ts';
import { runEachOnce, TAKES_MS } from './classification.ts';
import { clientBreaks } from './levels.ts';
import { type Failures, failuresOf, recordedFailures, sumOf } from './outcomes.ts';

const CLASSIFIED = clientBreaks('classification');
const FAILING = CLASSIFIED.filter(({ shows }) => shows !== undefined);
const SLOW = CLASSIFIED.filter(({ shows }) => shows === undefined);
/** Of those whose failures are of one kind. */
const expected = sumOf(FAILING.map(failuresOf));

describe('one load in which each of them hits once', () => {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-classification-'));
  const abort = new AbortController();
  let facts: RunFacts;
  let recorded: Failures;

  beforeAll(async () => {
    ({ facts } = await runEachOnce(FAILING, dir, abort.signal));
    recorded = recordedFailures(facts.recording.endpoints.values());
  });
  afterAll(() => {
    abort.abort('the tests are over');
    rmSync(dir, { recursive: true, force: true });
  });

  test.for(FAILING)('$name is recorded as $shows', (broken, { task }) => {
    task.meta.proves = broken.name;
    expect(recorded).toMatchObject(expectedOf(failuresOf(broken)));
  });

  test.for(SLOW)('$name: what it delays is timed no shorter than it takes', ({ name, patch }, { task }) => {
    task.meta.proves = name;
    const endpoints = Object.keys(patch.waits ?? {});
    expect(endpoints).toHaveLength(1);
    for (const endpoint of endpoints) expect(fastestMs(endpoint)).toBeGreaterThanOrEqual(leastMs(endpoint));
  });

  /** Of the answered samples. */
  function fastestMs(endpoint: string): number {
    const [bucket] = facts.recording.endpoints.get(endpoint)?.total.buckets() ?? [];
    return (bucket?.valueUs ?? 0) / 1000;
  }

  test('and nothing else failed', () => {
    expect(recorded).toEqual(expected);
  });

  test('every other arrival was answered', () => {
    expect(facts.load.reason).toEqual({ kind: 'finished' });
    const counts = ['health', 'debates-list', 'debates-create', 'consensus'].map((endpoint) =>
      (facts.recording.endpoints.get(endpoint)?.seconds ?? []).reduce((sum, { count }) => sum + count, 0),
    );
    const unsent = sumOf(FAILING.map(failuresOf))['agent-response']?.['no-socket'] ?? 0;
    const delivered = new Map(facts.load.journeys.map(({ journey, offered }) => [journey, offered]));
    const due = [
      delivered.get('health'),
      delivered.get('debates-list'),
      (delivered.get('agents') ?? 0) - unsent,
      delivered.get('consensus'),
    ];
    expect(counts).toEqual(due);
  });
});

/** A timer may fire a ms early, and a clock may read a ms early. Times of agents come from two clocks. */
function leastMs(endpoint: string): number {
  const takes: Readonly<Record<string, number>> = TAKES_MS;
  return (takes[endpoint] ?? Number.NaN) - 3;
}

/** The counts of its kinds of failure: its own, and those of the breaks that show the same. */
function expectedOf(own: Failures): Failures {
  const counts = (endpoint: string, kinds: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.keys(kinds).map((kind) => [kind, expected[endpoint]?.[kind] ?? 0]));
  return Object.fromEntries(Object.entries(own).map(([endpoint, kinds]) => [endpoint, counts(endpoint, kinds)]));
}

import { describe, expect, it, test } from 'vitest';
import { judgeObserved, systemNamed } from '../../../../test/support/judge-system.ts';
import type { LogBackendFacts, LogsObservation, LogsObserved } from '../observation.ts';

const NONE = { count: 0, examples: [] };
const SOME = { count: 2, examples: [{ line: 1, text: '{}', problem: 'has no label level' }] };
const FACTS: LogBackendFacts = {
  query: 'http://loki:3100 {app="aragora"}',
  levelLabel: { same: 40, other: NONE, none: NONE },
  lookups: [
    { traceId: 'a'.repeat(32), foundAfterMs: 800 },
    { traceId: 'b'.repeat(32), foundAfterMs: 2400 },
  ],
  deadlineMs: 10_000,
};
const observed = (facts: Partial<LogBackendFacts> = {}, lines = 40, source: string = 'loki') =>
  ({
    kind: 'logs',
    status: 'collected',
    source,
    lines,
    traceIds: { sent: 40, found: 40, missing: [], linesOfOthers: 0, waitedMs: 800, deadlineMs: 10_000 },
    backend: { ...FACTS, ...facts },
  }) as unknown as LogsObserved;
const findingsOf = (logs: LogsObservation) =>
  judgeObserved(systemNamed('logs'), [logs], { sources: [logs.source] }, (id) => id.startsWith(`logs.${logs.source}.`));
const judged = (logs: LogsObservation) => findingsOf(logs).map(({ id, status }) => `${id} ${status}`);

describe('a log backend', () => {
  const healthy = ['logs.loki.ingested pass', 'logs.loki.level pass', 'logs.loki.trace-ids pass'];

  it('that has the lines, labelled and found, passes', () => {
    expect(judged(observed())).toEqual(healthy);
    expect(findingsOf(observed())[2]?.summary).toBe(
      'all of 2 trace ids found, the last within 2.4 s of the 10 s allowed',
    );
  });

  test.each([
    ['got no line', observed({ levelLabel: { same: 0, other: NONE, none: NONE } }, 0), ['fail', 'no-data', 'pass']],
    [
      'has lines without the label',
      observed({ levelLabel: { same: 38, other: NONE, none: SOME } }),
      ['pass', 'fail', 'pass'],
    ],
    [
      'has lines with another label',
      observed({ levelLabel: { same: 38, other: SOME, none: NONE } }),
      ['pass', 'fail', 'pass'],
    ],
    [
      'does not find a trace id in time',
      observed({ lookups: [{ traceId: 'a', foundAfterMs: null }] }),
      ['pass', 'pass', 'fail'],
    ],
    [
      'finds a trace id after the time allowed',
      observed({ lookups: [{ traceId: 'a', foundAfterMs: 10_001 }] }),
      ['pass', 'pass', 'fail'],
    ],
    ['was asked for no trace id', observed({ lookups: [] }), ['pass', 'pass', 'no-data']],
  ])('that %s', (_, logs, statuses) => {
    expect(judged(logs).map((text) => text.split(' ')[1])).toEqual(statuses);
  });

  it('that is not to be had is unavailable in all', () => {
    const gone = {
      kind: 'logs',
      status: 'unavailable',
      source: 'elasticsearch',
      reason: 'refused',
      hint: 'start it',
    } as const;
    expect(judged(gone)).toEqual([
      'logs.elasticsearch.ingested unavailable',
      'logs.elasticsearch.level unavailable',
      'logs.elasticsearch.trace-ids unavailable',
    ]);
  });

  it('that is CloudWatch has no labels to judge', () => {
    expect(judged(observed({ levelLabel: null }, 40, 'cloudwatch'))).toEqual([
      'logs.cloudwatch.ingested pass',
      'logs.cloudwatch.trace-ids pass',
    ]);
  });

  it('is none for a log read directly', () => {
    expect(judged(observed({}, 40, 'direct'))).toEqual([]);
  });
});

import { describe, expect, it, test } from 'vitest';
import type { SecretsObserved } from '../../../core/observation.ts';
import type { MetricsObserved } from '../../metrics/observation.ts';
import { judgeSecretsIn } from '../../secrets.ts';
import type { LogBackendFacts, LogsObserved } from '../observation.ts';
import { DOCUMENTED_LOGS } from '../promises.ts';
import { judgeLogBackend } from './backend.ts';

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
const judged = (logs: Parameters<typeof judgeLogBackend>[1]) =>
  judgeLogBackend(DOCUMENTED_LOGS, logs).map(({ id, status }) => `${id} ${status}`);

describe('a log backend', () => {
  const healthy = ['logs.loki.ingested pass', 'logs.loki.level pass', 'logs.loki.trace-ids pass'];

  it('that has the lines, labelled and found, passes', () => {
    expect(judged(observed())).toEqual(healthy);
    expect(judgeLogBackend(DOCUMENTED_LOGS, observed())[2]?.summary).toBe(
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

describe('secrets in metrics', () => {
  const searched = (leaks: number, count = 1): SecretsObserved => ({
    kind: 'secrets',
    status: 'collected',
    searched: count,
    tooShort: 0,
    places: [
      { kind: 'metrics', texts: 300, leaks, examples: leaks > 0 ? [{ where: 'families[0].help', text: '***' }] : [] },
    ],
  });

  test.each([
    ['none', searched(0), 'pass'],
    ['one', searched(1), 'fail'],
    ['not searched for, for want of a secret', searched(0, 0), 'no-data'],
    ['not searched for', undefined, 'no-data'],
  ])('%s', (_, secrets, status) => {
    expect(judgeSecretsIn('metrics', secrets, undefined)).toMatchObject({ id: 'metrics.secrets', status });
  });

  it('are found in lines of metrics that are not kept', () => {
    const observation = { kind: 'metrics', status: 'collected', leaking: ['other{token="***"} 1'] };
    expect(judgeSecretsIn('metrics', searched(0), observation as unknown as MetricsObserved)).toMatchObject({
      status: 'fail',
      bad: 1,
      evidence: [{ label: 'line', value: 'other{token="***"} 1' }],
    });
  });

  it('are not looked for where nothing was observed', () => {
    expect(judgeSecretsIn('traces', searched(0), undefined)).toMatchObject({
      id: 'traces.secrets',
      status: 'no-data',
    });
  });

  it('are not found in what could not be had, though its reason was searched', () => {
    const reason = { reason: 'GET /metrics answers 404', hint: 'enable it' };
    const observation = { kind: 'metrics', status: 'unavailable', source: 'direct', ...reason } as const;
    expect(judgeSecretsIn('metrics', searched(0), observation).status).toBe('unavailable');
  });
});

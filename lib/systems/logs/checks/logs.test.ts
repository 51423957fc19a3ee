/** All checks of logs together: the reference target keeps them, each violation fails its own, missing evidence. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import {
  fieldOf,
  finding,
  idOf,
  judged,
  logged,
  moment,
  problems,
  real,
  recordLogs,
  SAMPLED,
  tracesOf,
} from '../../../../test/support/logs-run.ts';
import type { Unavailable } from '../../../core/observation.ts';
import type { LoggedRequest, LogsObserved } from '../observation.ts';

beforeAll(recordLogs);

describe("the reference target's log", () => {
  it('keeps every promise', () => {
    const findings = judged({});
    expect(findings.filter(({ gating, status }) => gating && status !== 'pass')).toEqual([]);
    expect(findings.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'logs.json pass',
      'logs.fields.timestamp pass',
      'logs.fields.level pass',
      'logs.fields.logger pass',
      'logs.fields.message pass',
      'logs.fields.module pass',
      'logs.fields.function pass',
      'logs.fields.line pass',
      'logs.fields.trace_id pass',
      'logs.fields.request_id pass',
      // The reference target has no users, and only lines about one need it.
      'logs.fields.user_id no-data',
      'logs.levels pass',
      'logs.levels.production pass',
      'logs.levels.outcomes pass',
      'logs.once pass',
      'logs.levels.errors pass',
      'logs.content pass',
      'logs.durations pass',
      'logs.timestamps pass',
      'logs.clock pass',
      'logs.trace-ids pass',
      'logs.traces-exist pass',
      'logs.requests pass',
      'logs.secrets pass',
    ]);
    expect(finding('logs.trace-ids', findings).summary).toBe('all of 50 trace ids found');
  });
});

/** All times are wrong, by how they say their zone. */
const withForms = (forms: NonNullable<LogsObserved['fields'][string]['forms']>): Partial<LogsObserved> => {
  const { fields = {} } = fieldOf('timestamp', { wrong: 50 });
  const { timestamp } = fields;
  return { fields: { ...fields, ...(timestamp !== undefined && { timestamp: { ...timestamp, forms } }) } };
};

describe('a violation turns its own finding red and no other', () => {
  const violations: readonly [string, () => Partial<LogsObserved>, string, RegExp][] = [
    [
      'one line in ten thousand that is no JSON',
      () => ({ lines: 10_000, notJson: problems(1, 'is not JSON') }),
      'logs.json',
      /^1 line of 10,000 is not a JSON object$/,
    ],
    ['a missing field', () => fieldOf('module', { missing: 50 }), 'logs.fields.module', /^missing in 50 of 100 lines$/],
    [
      'a field of the wrong type',
      () => fieldOf('line', { wrong: 1 }),
      'logs.fields.line',
      /^of the wrong type in 1 of 50 lines$/,
    ],
    [
      'times with an offset and a Z',
      () => withForms({ 'offset-and-z': 48, contradictory: 2 }),
      'logs.fields.timestamp',
      /^of the wrong type in 50 of 50 lines: 48 with an offset and a Z \(`\+00:00Z`\), read as UTC, 2 with .* contradict each other, not read$/,
    ],
    ['a malformed trace id', () => fieldOf('trace_id', { wrong: 2 }), 'logs.fields.trace_id', /of 50 lines with it$/],
    [
      'an undocumented level',
      () => ({ levels: { INFO: 49, NOTICE: 1 } }),
      'logs.levels',
      /^NOTICE ×1; documented are DEBUG, INFO/,
    ],
    ['a level in digits', () => ({ levels: { '20': 50 } }), 'logs.levels', /^20 ×50; documented are/],
    [
      'debug lines',
      () => ({ levels: { INFO: 49, DEBUG: 1 } }),
      'logs.levels.production',
      /^1 DEBUG line, which production/,
    ],
    [
      'a local time',
      () => ({
        times: {
          earliest: moment(real.window.fromMs - 7_200_000),
          latest: moment(real.window.fromMs),
          furthestBack: null,
        },
      }),
      'logs.timestamps',
      /^the time of a line is 120 min before the run began$/,
    ],
    [
      'a time to come',
      () => ({
        times: { earliest: moment(real.window.fromMs), latest: moment(real.window.toMs + 60_000), furthestBack: null },
      }),
      'logs.timestamps',
      /60\.0 s after it was read$/,
    ],
    [
      'a time that runs backwards',
      () => ({
        times: {
          earliest: moment(real.window.fromMs),
          latest: moment(real.window.toMs),
          furthestBack: { ...moment(real.window.fromMs), backMs: 3000 },
        },
      }),
      'logs.timestamps',
      /3\.0 s before a line of its logger above it$/,
    ],
    [
      'a lost trace id',
      () => ({ traceIds: { ...real.traceIds, found: 49, missing: [idOf(9)] } }),
      'logs.trace-ids',
      /^1 of 50 trace ids in no line$/,
    ],
    [
      'a name that stands twice',
      () => ({ namedTwice: problems(3, 'names level twice') }),
      'logs.json',
      /^3 objects of 50 with a name that stands twice$/,
    ],
    ['a line twice', () => ({ twins: problems(2, 'is there twice') }), 'logs.once', /^2 lines of 50 with the text/],
    [
      'a request id that is the same for all',
      () => ({ varieties: { request_id: { traces: 50, shared: 49 } } }),
      'logs.fields.request_id',
      /^49 of 50 requests have that of another request$/,
    ],
    [
      'lines with the trace id of another request',
      () => ({ ofOthers: problems(4, 'has the trace id of a request for another path') }),
      'logs.trace-ids',
      /^4 lines of 50 with the trace id of another request$/,
    ],
    [
      'good requests with lines of failures',
      () => ({ requests: logged({ levels: ['ERROR'] }) }),
      'logs.levels.outcomes',
      /^3 of 3 good requests with a line of level ERROR or CRITICAL$/,
    ],
    [
      "a clock that is not the spans'",
      () => ({ requests: (real.requests ?? []).map((one) => ({ ...one, firstMs: Number(one.firstMs) + 400 })) }),
      'logs.clock',
      /^the lines of 3 of 3 requests are more than 250 ms before or after its spans; the middle one is 400 ms after them$/,
    ],
    ...(
      [
        ['method', 'POST', 'another method'],
        ['path', '/api/debates', 'another path'],
        ['status', '201', 'another status'],
        ['agentCount', '7', 'another number of agents than its spans'],
        ['durationMs', '-3', 'a duration that its client rules out'],
        ['durationMs', '5000', 'a duration that its client rules out'],
        ['durationMs', 'NaN', 'a duration that its client rules out'],
      ] as const
    ).map(([field, value, problem]): [string, () => Partial<LogsObserved>, string, RegExp] => [
      `lines that say ${problem}: ${value}`,
      () => ({ requests: (real.requests ?? []).map((one) => ({ ...one, said: { ...one.said, [field]: [value] } })) }),
      field === 'durationMs' ? 'logs.durations' : 'logs.content',
      new RegExp(`^of 3 of 3 requests lines say ${problem}$`),
    ]),
    [
      'a leaked token',
      () => ({ leaks: { ...real.leaks, ...problems(2, 'contains a secret') } }),
      'logs.secrets',
      /^2 lines of 50 contain a secret/,
    ],
  ];

  test.each(violations)('%s', (_, changes, id, summary) => {
    const findings = judged({ logs: [{ ...real, ...changes() }] });
    expect(findings.filter(({ status }) => status === 'fail').map((failed) => failed.id)).toEqual([id]);
    expect(finding(id, findings).summary).toMatch(summary);
    expect(finding(id, findings).evidence[0]).toEqual({ label: 'log', value: real.from });
  });

  test('a trace that does not exist', () => {
    const findings = judged({ traces: tracesOf(SAMPLED.slice(1)) });
    expect(findings.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual(['logs.traces-exist']);
    expect(finding('logs.traces-exist', findings)).toMatchObject({
      summary: '1 of 3 sampled trace ids in the log have no span',
      evidence: [{}, { label: 'no span of this health request', value: SAMPLED[0] }],
    });
  });
});

describe('what lines say of a request', () => {
  const saying = (said: LoggedRequest['said']) =>
    finding(
      'logs.content',
      judged({
        logs: [{ ...real, requests: (real.requests ?? []).map((one) => ({ ...one, said: { ...one.said, ...said } })) }],
      }),
    );

  it('may be about further requests, under a prefix, and about a debate that several ask for', () => {
    expect(
      saying({ method: ['GET', 'POST'], path: ['/v1/chat', '/aragora/api/health?x=1'], status: ['503', '200'] }).status,
    ).toBe('pass');
    expect(saying({ debateId: ['adhoc_1'] }).status).toBe('pass');
  });

  it('does not gate where they say nothing', () => {
    const nothing = { method: [], path: [], status: [], durationMs: [], debateId: [], debate: [], agentCount: [] };
    expect(saying(nothing)).toMatchObject({ status: 'no-data', gating: false });
  });
});

describe('failed requests', () => {
  const failing = (levels: readonly string[], outcome: string) =>
    finding('logs.levels.outcomes', judged({ logs: [{ ...real, requests: logged({ levels }) }], outcome }));

  it('need a line that says so', () => {
    expect(failing(['INFO'], 'status_503')).toMatchObject({
      status: 'fail',
      summary: '3 of 3 failed requests without a line of level WARNING, ERROR, CRITICAL',
    });
    expect(failing(['INFO', 'WARNING'], 'status_503').status).toBe('pass');
    expect(failing(['ERROR'], 'status_503').status).toBe('pass');
  });

  it('need none where it is the client that failed', () => {
    for (const outcome of ['status_404', 'timeout', 'wrong-answer'])
      expect(failing(['INFO'], outcome)).toMatchObject({ status: 'no-data' });
  });
});

describe('without evidence nothing passes', () => {
  const unavailable: Unavailable<'logs'> = {
    kind: 'logs',
    status: 'unavailable',
    source: 'direct',
    reason: 'no file',
    hint: 'check it',
  };

  test.each([
    ['no log was asked for', { logs: [] }, 'no-data'],
    ['the log could not be had', { logs: [unavailable] }, 'unavailable'],
  ])('when %s', (_, input, status) => {
    expect(new Set(judged(input).map((judgement) => judgement.status))).toEqual(new Set([status]));
  });

  test('when no line was written', () => {
    const silent = { ...real, lines: 0, times: null, levels: {}, seenTraceIds: [] };
    expect(judged({ logs: [silent] }).filter(({ status }) => status === 'pass')).toEqual([]);
  });

  test.each([
    ['logs.trace-ids', 'no trace id was sent', () => ({ traceIds: { ...real.traceIds, sent: 0, found: 0 } })],
    ['logs.timestamps', 'no time is readable', () => ({ times: null })],
    ['logs.levels', 'no line has a level', () => ({ levels: {} })],
    ['logs.secrets', 'no secret was sent', () => ({ leaks: { ...real.leaks, searched: 0 } })],
    ['logs.secrets', 'the secret is too short', () => ({ leaks: { ...real.leaks, searched: 0, tooShort: 1 } })],
    ['logs.traces-exist', 'no sampled request is in the log', () => ({ seenTraceIds: [] })],
    [
      'logs.fields.module',
      'no line is JSON',
      () => ({ fields: { module: { present: 0, missing: 0, wrong: 0, examples: [] } } }),
    ],
  ] as const)('%s, when %s', (id, _, changes) => {
    expect(finding(id, judged({ logs: [{ ...real, ...changes() }] })).status).toBe('no-data');
  });

  test.each([
    ['were not collected', undefined, 'unavailable'],
    [
      'could not be had',
      { kind: 'traces', status: 'unavailable', source: 'jaeger', reason: 'refused', hint: 'start it' } as const,
      'unavailable',
    ],
  ])('logs.traces-exist, when traces %s', (_, traces, status) => {
    expect(finding('logs.traces-exist', judged({ traces })).status).toBe(status);
  });
});

describe('a log in several places', () => {
  it('is judged by the most direct one that is there', () => {
    const loki = {
      ...real,
      source: 'loki' as const,
      from: 'http://loki:3100 {app="aragora"}',
      notJson: problems(1, 'is not JSON'),
    };
    expect(finding('logs.json', judged({ logs: [real, loki] })).status).toBe('pass');
    const gone: Unavailable<'logs'> = {
      kind: 'logs',
      status: 'unavailable',
      source: 'direct',
      reason: 'no file',
      hint: 'check it',
    };
    const json = finding('logs.json', judged({ logs: [gone, loki] }));
    expect(json).toMatchObject({ status: 'fail', evidence: [{ value: 'loki: http://loki:3100 {app="aragora"}' }, {}] });
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { judgeSystem, systemNamed } from '../../../../test/support/judge-system.ts';
import { factsOf } from '../../../../test/support/judged.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Unavailable } from '../../../core/observation.ts';
import { onePhase } from '../../../core/timeline.ts';
import { TraceIds } from '../../../core/trace-ids.ts';
import { health } from '../../../journeys/health.ts';
import { secretFinder } from '../../../observe/secrets.ts';
import { startTarget } from '../../../target/target.ts';
import type { Span, TracesObservation, TracesObserved } from '../../traces/observation.ts';
import type { LoggedRequest, LogProblems, LogsObservation, LogsObserved } from '../observation.ts';
import { startReading } from '../observe/reader.ts';
import { DOCUMENTED_LOGS } from '../promises.ts';

const ids = new TraceIds(7, ['health_0']);
const idOf = (arrival: number) => ids.idOf('health_0', arrival) ?? '';
const REQUESTS = 50;
const SAMPLED = [idOf(0), idOf(10), idOf(20)];

/** What the reference target logs during a load. */
let real: LogsObserved;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aragora-slo-judge-logs-'));
  const file = join(folder, 'target.log');
  await writeFile(file, '');
  const finder = secretFinder(['canary-0123456789']);
  const reader = await startReading(
    { file },
    {
      ...{ signals: DOCUMENTED_LOGS, traceIds: ids, finder },
      isLookedUp: (traceId) => SAMPLED.includes(traceId),
    },
  );
  const target = await startTarget({ log: { to: file } });
  for (let arrival = 0; arrival < REQUESTS; arrival++) {
    const traceparent = `00-${idOf(arrival)}-b7ad6b7169203331-${SAMPLED.includes(idOf(arrival)) ? '01' : '00'}`;
    await fetch(`${target.httpUrl}/api/health`, {
      headers: { traceparent, authorization: 'Bearer canary-0123456789' },
    });
  }
  const sent = [{ scenarios: ['health_0'], arrivals: REQUESTS }];
  const observation = await reader.stop({ sent, lookup: SAMPLED, deadlineMs: 20_000 });
  await target.stop();
  await rm(folder, { recursive: true });
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  real = observation;
});

const nanos = (ms: number) => String(BigInt(Math.round(ms)) * 1_000_000n);
/** A span that ends when the line was written. */
const spanOf = (traceId: string, atMs: number): Span => ({
  traceId,
  spanId: 'b7ad6b7169203331',
  parentSpanId: null,
  name: 'http.request',
  kind: 'server',
  startUnixNano: nanos(atMs - 1),
  endUnixNano: nanos(atMs),
  attributes: {},
  status: 'unset',
  serviceName: 'aragora-api',
  flags: 1,
});
const request = (traceId: string, sampled: boolean) => ({
  ...{ traceId, sampled, endpoint: 'health', outcome: 'ok', latencyUs: 900, foundTraceId: traceId },
  second: Math.floor(loggedMs(traceId) / 1000),
});
const loggedMs = (traceId: string) => real.requests?.find((one) => one.traceId === traceId)?.firstMs ?? 0;
/** The only fields of traces that checks of logs read. */
const tracesOf = (withSpans: readonly string[], laterMs = 0) =>
  ({
    kind: 'traces',
    status: 'collected',
    source: 'direct',
    spans: withSpans.map((traceId) => spanOf(traceId, loggedMs(traceId) + laterMs)),
    unsettled: [],
    requests: [...SAMPLED.map((traceId) => request(traceId, true)), request(idOf(1), false)],
  }) as unknown as TracesObserved;

interface Given {
  readonly logs: readonly LogsObservation[];
  readonly traces: TracesObservation | undefined;
  /** Requests that may never have arrived. */
  readonly unreached: number;
  /** From the first answered request to the last. */
  readonly answeringMs: number;
  /** How the looked-up requests ended. */
  readonly outcome: string;
}

function judged(given: Partial<Given>): Finding[] {
  const { logs, traces, unreached, answeringMs, outcome } = {
    ...{ logs: [real], traces: tracesOf(SAMPLED), unreached: 0, answeringMs: 0, outcome: 'ok' },
    ...given,
  };
  const seconds = Array.from({ length: answeringMs / 1000 + 2 }, (_, second) => ({
    ms: [5],
    failed: second === 0 ? { timeout: unreached } : {},
  }));
  const journey = { ...health, steps: [{ ratePerSec: 1, durationSec: 60 }], vus: 1, maxVus: 1 };
  const input = factsOf([], { health: seconds }, { plan: { phases: onePhase([journey]) } });
  const recorded = input.recording.endpoints.get('health');
  if (recorded === undefined) throw new Error('nothing was recorded');
  const samples = SAMPLED.map((traceId) => ({ traceId, outcome, latencyUs: 900, second: 1 }));
  const recording = { ...input.recording, endpoints: new Map([['health', { ...recorded, traces: samples }]]) };
  const observations = [...logs, ...(traces === undefined ? [] : [traces])];
  const looked = { promises: { signals: DOCUMENTED_LOGS }, sources: ['direct'], exclusive: true };
  return judgeSystem(systemNamed('logs'), { ...input, recording, observations }, looked);
}

function finding(id: string, findings: readonly Finding[]): Finding {
  const found = findings.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no finding ${id}`);
  return found;
}

const problems = (count: number, problem: string): LogProblems => ({
  count,
  examples: [{ line: 3, text: '{"x":1}', problem }],
});
const fieldOf = (name: string, counts: { missing?: number; wrong?: number }): Partial<LogsObserved> => ({
  fields: {
    ...real.fields,
    [name]: {
      present: REQUESTS,
      missing: 0,
      wrong: 0,
      ...counts,
      examples: [{ line: 3, text: '{}', problem: `has no ${name}` }],
    },
  },
});
const logged = (changes: Partial<LoggedRequest>): LoggedRequest[] =>
  (real.requests ?? []).map((one) => ({ ...one, ...changes }));
const moment = (atMs: number) => ({ atMs, line: 3, text: '{}' });

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
      'logs.content pass',
      'logs.timestamps pass',
      'logs.clock pass',
      'logs.trace-ids pass',
      'logs.traces-exist pass',
      'logs.secrets pass',
    ]);
    expect(finding('logs.trace-ids', findings).summary).toBe('all of 50 trace ids found');
  });
});

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
    ['a malformed trace id', () => fieldOf('trace_id', { wrong: 2 }), 'logs.fields.trace_id', /of 50 lines with it$/],
    [
      'an undocumented level',
      () => ({ levels: { INFO: 49, WARN: 1 } }),
      'logs.levels',
      /^WARN ×1; documented are DEBUG, INFO/,
    ],
    ['a level in lower case', () => ({ levels: { info: 50 } }), 'logs.levels', /^info ×50; documented are/],
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
      /3\.0 s before a line above it$/,
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
      () => ({ varieties: { request_id: { values: 1, traces: 50 } } }),
      'logs.fields.request_id',
      /^only 1 value in lines of 50 requests$/,
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
        ['durationMs', '-3', 'a duration that its client rules out'],
        ['durationMs', '5000', 'a duration that its client rules out'],
        ['durationMs', 'NaN', 'a duration that its client rules out'],
      ] as const
    ).map(([field, value, problem]): [string, () => Partial<LogsObserved>, string, RegExp] => [
      `lines that say ${problem}: ${value}`,
      () => ({ requests: (real.requests ?? []).map((one) => ({ ...one, said: { ...one.said, [field]: [value] } })) }),
      'logs.content',
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
  const saying = (said: Partial<LoggedRequest['said']>) =>
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
    const nothing = { method: [], path: [], status: [], durationMs: [], debateId: [] };
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

describe('missing trace ids of requests that were answered', () => {
  it('are not excused by requests that were not sent', () => {
    const traceIds = { ...real.traceIds, found: 47, missing: [...SAMPLED] };
    const logs = [{ ...real, traceIds, seenTraceIds: [] }];
    expect(finding('logs.trace-ids', judged({ logs, unreached: 3 }))).toMatchObject({ status: 'fail', bad: 3 });
    const unknown = judged({ logs, unreached: 3, outcome: 'timeout' });
    expect(finding('logs.trace-ids', unknown)).toMatchObject({ status: 'pass', bad: 0 });
  });
});

describe('what does not decide', () => {
  it('half a second between a log in whole seconds and the spans, or a wrong clock of the spans themselves', () => {
    const whole = (real.requests ?? []).map((one) => {
      const atMs = Math.floor(Number(one.firstMs) / 1000) * 1000;
      return { ...one, firstMs: atMs, lastMs: atMs };
    });
    expect(finding('logs.clock', judged({ logs: [{ ...real, requests: whole }] })).status).toBe('pass');
    expect(finding('logs.clock', judged({ traces: tracesOf(SAMPLED, 30_000) })).status).toBe('inconclusive');
    expect(finding('logs.clock', judged({ traces: tracesOf(SAMPLED, 200) })).status).toBe('pass');
  });

  it('lines that a shipper sent twice', () => {
    const shipped = { ...real, source: 'loki', twins: problems(2, 'is there twice') };
    expect(finding('logs.once', judged({ logs: [shipped] }))).toMatchObject({ status: 'no-data', gating: false });
  });

  it('one value for a few requests, or for those of one client', () => {
    const statusOf = (values: number, traces: number) =>
      finding('logs.fields.request_id', judged({ logs: [{ ...real, varieties: { request_id: { values, traces } } }] }))
        .status;
    expect([statusOf(1, 19), statusOf(25, 50), statusOf(24, 50)]).toEqual(['pass', 'pass', 'fail']);
  });

  it('an observation of an older version', () => {
    const { requests: _, twins: __, ...old } = real;
    const findings = judged({ logs: [old] });
    for (const id of ['logs.levels.outcomes', 'logs.once', 'logs.content', 'logs.clock'])
      expect(finding(id, findings)).toMatchObject({ status: 'no-data', gating: false });
  });

  const still = () => {
    const atMs = real.window.fromMs + 100;
    return { ...real, times: { earliest: moment(atMs), latest: moment(atMs), furthestBack: null } };
  };

  it('times that stand still while requests are answered are none, longer than threads swap lines', () => {
    const statusAfter = (answeringMs: number, logs: Partial<LogsObserved> = {}) =>
      finding('logs.timestamps', judged({ logs: [{ ...still(), ...logs }], answeringMs })).status;
    expect([0, 2000, 3000, 60_000].map((answeringMs) => statusAfter(answeringMs))).toEqual([
      'pass',
      'pass',
      'fail',
      'fail',
    ]);
    // If some lines are missing, the last ones may be among them.
    expect(statusAfter(60_000, { traceIds: { ...real.traceIds, found: 49, missing: [idOf(9)] } })).toBe('pass');
    expect(statusAfter(0, { times: null })).toBe('no-data');
  });

  it('requests that may not have arrived excuse as many missing trace ids, not more', () => {
    const logs = [{ ...real, traceIds: { ...real.traceIds, found: 48, missing: [idOf(8), idOf(9)] } }];
    expect(finding('logs.trace-ids', judged({ logs, unreached: 2 }))).toMatchObject({ status: 'pass', bad: 0 });
    expect(finding('logs.trace-ids', judged({ logs, unreached: 1 }))).toMatchObject({ status: 'fail', bad: 1 });
  });

  it('trace ids may be in lines that are not JSON, as many as there are such lines', () => {
    const lost = { ...real, traceIds: { ...real.traceIds, found: 48, missing: [idOf(8), idOf(9)] } };
    const statuses = [2, 1].map(
      (count) =>
        finding('logs.trace-ids', judged({ logs: [{ ...lost, notJson: problems(count, 'is not JSON') }] })).status,
    );
    expect(statuses).toEqual(['inconclusive', 'fail']);
  });

  it('trace ids of the wrong form can not be found, and are told by their field', () => {
    const wrong = { ...fieldOf('trace_id', { wrong: REQUESTS }), traceIds: { ...real.traceIds, found: 0 } };
    const findings = judged({ logs: [{ ...real, ...wrong }] });
    expect(findings.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual(['logs.fields.trace_id']);
    expect(finding('logs.trace-ids', findings).status).toBe('inconclusive');
  });

  it('a trace that nobody recorded is reported by the findings on traces', () => {
    const { requests, ...traces } = tracesOf(SAMPLED.slice(1));
    const unrecorded = requests.map((one) => (one.traceId === SAMPLED[0] ? { ...one, foundTraceId: null } : one));
    const findings = judged({ traces: { ...traces, requests: unrecorded } });
    expect(finding('logs.traces-exist', findings).status).toBe('inconclusive');
  });

  it('a field that is not required gates where it is', () => {
    const findings = judged({ logs: [{ ...real, ...fieldOf('request_id', { wrong: 1 }) }] });
    expect(finding('logs.fields.request_id', findings)).toMatchObject({ status: 'fail', gating: true });
    expect(finding('logs.fields.user_id', findings)).toMatchObject({ status: 'no-data', gating: false });
  });

  it('a log that was not read to its end says nothing of what is missing', () => {
    const logs = [{ ...real, complete: false, traceIds: { ...real.traceIds, found: 40 } }];
    expect(finding('logs.trace-ids', judged({ logs }))).toMatchObject({ status: 'inconclusive' });
  });

  it('a log that was not read to its end shows no line to be as it should, but what was found was found', () => {
    const findings = judged({ logs: [{ ...real, complete: false }] });
    for (const id of ['logs.json', 'logs.fields.level', 'logs.levels', 'logs.timestamps', 'logs.secrets'])
      expect([id, finding(id, findings).status]).toEqual([id, 'inconclusive']);
    expect(finding('logs.trace-ids', findings).status).toBe('pass');
  });

  it('lines that were cut may hide anything', () => {
    const findings = judged({ logs: [{ ...real, cut: problems(1, 'is too long') }] });
    expect([finding('logs.json', findings).status, finding('logs.secrets', findings).status]).toEqual([
      'inconclusive',
      'inconclusive',
    ]);
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

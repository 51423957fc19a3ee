/** What must not decide: others' lines, lost lines, clocks, and logs that were not read to their end. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  fieldOf,
  finding,
  idOf,
  judged,
  moment,
  problems,
  REQUESTS,
  real,
  recordLogs,
  SAMPLED,
  tracesOf,
} from '../../../../test/support/logs-run.ts';
import type { LogsObserved } from '../observation.ts';

beforeAll(recordLogs);

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

  it('a few lines that are missing where the file was replaced or emptied, but not many', () => {
    const lacking = (lost: number) => {
      const traceIds = { ...real.traceIds, found: real.traceIds.sent - lost, missing: [...SAMPLED].slice(0, lost) };
      return finding('logs.trace-ids', judged({ logs: [{ ...real, rotations: 1, traceIds, seenTraceIds: [] }] }));
    };
    expect(lacking(2)).toMatchObject({ status: 'inconclusive', summary: expect.stringMatching(/replaced or emptied/) });
    expect(lacking(20).status).toBe('fail');
  });

  it('lines that a shipper sent twice', () => {
    const shipped = { ...real, source: 'loki', twins: problems(2, 'is there twice') };
    expect(finding('logs.once', judged({ logs: [shipped] }))).toMatchObject({ status: 'no-data', gating: false });
  });

  it('a few short names that meet by chance, or an observation of an older version', () => {
    const statusOf = (traces: number, shared?: number) => {
      const varieties = { request_id: { traces, ...(shared !== undefined && { shared }) } };
      return finding('logs.fields.request_id', judged({ logs: [{ ...real, varieties }] })).status;
    };
    expect([statusOf(50), statusOf(1000, 10), statusOf(1000, 20)]).toEqual(['pass', 'pass', 'fail']);
  });

  it('a few debates that are in lines of another request, or are not counted', () => {
    const seen = (debates?: { readonly traces: number; readonly shared: number }) =>
      finding('logs.content', judged({ logs: [{ ...real, ...(debates !== undefined && { debates }) }] }));
    expect([seen({ traces: 180, shared: 0 }), seen({ traces: 1000, shared: 10 })]).toMatchObject([
      { status: 'pass' },
      { status: 'pass' },
    ]);
    expect(seen({ traces: 180, shared: 19 })).toMatchObject({
      status: 'fail',
      summary: '19 of 180 debates have lines with the trace id of another request',
    });
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

  it('trace ids of the wrong form can not be found, and are reported by their field', () => {
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

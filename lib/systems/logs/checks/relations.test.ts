/** Lines against other witnesses: durations, times and agents of spans, and requests that sent no trace id. */
import { beforeAll, describe, expect, it } from 'vitest';
import { finding, judged, real, recordLogs, SAMPLED, tracesOf } from '../../../../test/support/logs-run.ts';
import type { TracesObserved } from '../../traces/observation.ts';
import type { LoggedRequest } from '../observation.ts';

beforeAll(recordLogs);

/** What is found where the lines of each request say this besides. */
const sayingTo = (id: string, said: LoggedRequest['said'], traces = tracesOf(SAMPLED), latencyUs = 900) => {
  const requests = (real.requests ?? []).map((one) => ({ ...one, said: { ...one.said, ...said } }));
  return finding(id, judged({ logs: [{ ...real, requests }], traces, latencyUs }));
};

describe('a debate', () => {
  it('is one for each request, with as many agents as its spans have', () => {
    const saying = (said: LoggedRequest['said']) => sayingTo('logs.content', said).status;
    expect([saying({ debate: ['a'], agentCount: ['1'] }), saying({ debate: ['a', 'b'] })]).toEqual(['pass', 'fail']);
    expect([saying({ agentCount: ['1', '2'] }), saying({ agentCount: [''] })]).toEqual(['fail', 'fail']);
  });

  it('has any number of agents where spans say none', () => {
    const traces = tracesOf(SAMPLED);
    const silent = { ...traces, spans: traces.spans.map((span) => ({ ...span, attributes: {} })) };
    expect(sayingTo('logs.content', { agentCount: ['2'] }, silent).status).toBe('pass');
  });
});

describe('how long a request took', () => {
  const lasting = (...durationMs: readonly string[]) => sayingTo('logs.durations', { durationMs }).status;

  it('is no longer than its client waited, in one line at least', () => {
    expect([lasting('0.2'), lasting('0.9', '17000'), lasting('5.8'), lasting('6')]).toEqual([
      'pass',
      'pass',
      'pass',
      'fail',
    ]);
  });

  /** As if each request had lasted 60 ms. */
  const long = (): TracesObserved => {
    const traces = tracesOf(SAMPLED);
    const earlier = (nanos: string) => String(BigInt(nanos) - 60_000_000n);
    return { ...traces, spans: traces.spans.map((span) => ({ ...span, startUnixNano: earlier(span.endUnixNano) })) };
  };

  it('is about as long as its span, of which another layer may have measured a part', () => {
    const words = 'of 3 of 3 requests lines say another duration than its span';
    const waited = (ms: string, traces: TracesObserved) =>
      sayingTo('logs.durations', { durationMs: [ms] }, traces, 61_000);
    expect(waited('0.5', long())).toMatchObject({ status: 'fail', summary: words });
    expect([waited('20', long()).status, waited('20', tracesOf(SAMPLED)).status]).toEqual(['pass', 'pass']);
    expect(waited('60', tracesOf(SAMPLED)).status).toBe('fail');
  });

  it('is not compared with spans that never take any time, or that its client rules out', () => {
    const spans = long().spans.map((span) => ({ ...span, startUnixNano: span.endUnixNano }));
    expect(sayingTo('logs.durations', { durationMs: ['0.5'] }, { ...long(), spans }).status).toBe('pass');
    expect(sayingTo('logs.durations', { durationMs: ['0.5'] }, long()).status).toBe('pass');
  });

  it('does not gate where no line says it', () => {
    expect(sayingTo('logs.durations', { durationMs: [] })).toMatchObject({ status: 'no-data', gating: false });
  });
});

it('the line about a request has the time of the span that answers it', () => {
  const at = (laterMs: number) => {
    const requests = (real.requests ?? []).map((one) => ({ ...one, requestMs: (one.requestMs ?? 0) + laterMs }));
    return finding('logs.clock', judged({ logs: [{ ...real, requests }] })).status;
  };
  expect([at(0), at(200), at(400), at(-400)]).toEqual(['pass', 'pass', 'fail', 'fail']);
});

describe('requests that sent no trace id', () => {
  const left = (others: number, unreached = 0) => {
    const traceIds = { ...real.traceIds, linesOfOwn: real.lines - others, untraced: 50 };
    return finding('logs.trace-ids', judged({ logs: [{ ...real, traceIds }], unreached }));
  };

  it('leave a line each, but for a few that come late', () => {
    expect([left(50).status, left(44).status]).toEqual(['pass', 'pass']);
    expect(left(25)).toMatchObject({ status: 'fail', summary: '50 requests without a trace id left 25 lines' });
  });

  it('are not known where requests failed on their way, or an older version looked', () => {
    expect(left(25, 30).status).toBe('pass');
    const { linesOfOwn: _, ...old } = { ...real.traceIds, untraced: 50 };
    expect(finding('logs.trace-ids', judged({ logs: [{ ...real, traceIds: old }] })).status).toBe('pass');
  });
});

describe('a line about a request', () => {
  it('has one level, in whichever fields', () => {
    const found = sayingTo('logs.content', { otherLevel: ['CRITICAL'] });
    expect(found).toMatchObject({ status: 'fail' });
    expect(found.summary).toContain('two levels, in two fields');
    expect(sayingTo('logs.content', {}).status).toBe('pass');
  });

  /** What is found where one place in the source says so many times how each request ended. */
  const answered = (answers: number, among = 1, said: LoggedRequest['said'] = {}) => {
    const requests = (real.requests ?? []).flatMap((one) =>
      Array.from({ length: 20 }, (_, at) => ({
        ...one,
        said: { ...one.said, ...said },
        answers: at % among === 0 ? answers : 1,
      })),
    );
    return finding('logs.once', judged({ logs: [{ ...real, requests }] }));
  };

  it('is not there again with another time', () => {
    expect(answered(2)).toMatchObject({ status: 'fail' });
    expect(answered(2).summary).toMatch(/two lines of one place in the source that say its status$/);
    expect([answered(1).status, answered(2, 20).status]).toEqual(['pass', 'pass']);
  });

  it('may be there for each try that a proxy made, or for what the server asked elsewhere', () => {
    expect(answered(2, 1, { status: ['502', '200'] }).status).toBe('pass');
    expect(answered(2, 1, { path: ['/api/debates', '/v1/chat'] }).status).toBe('pass');
    expect(finding('logs.once', judged({ logs: [{ ...real, requests: [] }] })).status).toBe('pass');
  });
});

/** Lines under trace ids that the load did not send: how many, and what they say against all clients and against spans. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fieldOf, finding, judged, real, recordLogs, SAMPLED, tracesOf } from '../../../../test/support/logs-run.ts';
import type { Span, TracesObserved } from '../../traces/observation.ts';
import type { LoggedRequest, LogsObserved } from '../observation.ts';
import { ofOtherDebates } from './other-debates.ts';

beforeAll(recordLogs);

const idOf = (at: number) => at.toString(16).padStart(32, 'a');

interface Given {
  readonly requests?: number;
  readonly share?: number;
  readonly untraced?: number;
  readonly said?: LoggedRequest['said'];
  readonly levels?: readonly string[];
  readonly laterMs?: number;
}

function withStrangers(given: Given = {}): LogsObserved {
  const { requests = 40, share = 1, untraced = 40, said = {}, levels = ['INFO'], laterMs = 0 } = given;
  const [one] = real.requests ?? [];
  if (one === undefined) throw new Error('no request was logged');
  const atMs = (one.requestMs ?? 0) + laterMs;
  const times = { firstMs: atMs, lastMs: atMs, requestMs: atMs };
  const all = Array.from({ length: requests }, (_, at) => ({
    ...{ ...one, ...times, levels, traceId: idOf(at) },
    said: { method: ['GET'], path: ['/api/health'], status: ['200'], durationMs: ['0.4'], ...said },
  }));
  return {
    ...real,
    lines: real.lines + requests,
    strangers: { share, requests: all },
    traceIds: { ...real.traceIds, untraced, linesOfOwn: real.lines },
  };
}

const status = (id: string, given: Given, more: Parameters<typeof judged>[0] = {}) =>
  finding(id, judged({ logs: [withStrangers(given)], ...more })).status;

/** Spans of the same traces, which answer a request in so many ms. */
function spansOf(ms: number, attributes: Span['attributes'] = {}): TracesObserved {
  const traces = tracesOf(SAMPLED);
  const [like] = traces.spans;
  if (like === undefined) throw new Error('no span');
  const startUnixNano = String(BigInt(like.endUnixNano) - BigInt(ms) * 1_000_000n);
  const begun = Array.from({ length: 40 }, (_, at) => ({ ...like, traceId: idOf(at), startUnixNano, attributes }));
  return { ...traces, spans: [...traces.spans, ...begun] };
}

describe('how many requests have lines', () => {
  const ID = 'logs.requests';

  it('is no more than clients sent', () => {
    expect([status(ID, {}), status(ID, { requests: 55 })]).toEqual(['pass', 'pass']);
    expect(status(ID, { requests: 80 })).toBe('fail');
    expect(status(ID, { requests: 40, share: 0.5 })).toBe('pass');
    expect(status(ID, { requests: 400, share: 0.5 })).toBe('fail');
    expect(finding(ID, judged({ logs: [withStrangers({ requests: 80 })] })).summary).toBe(
      "lines of 80 requests under other trace ids than the load's, and clients sent 40 without one",
    );
  });

  it('is no more at one endpoint than could be sent there', () => {
    // The made-up clients sent two requests.
    expect(status(ID, { untraced: 80, requests: 80 })).toBe('pass');
    expect(status(ID, { untraced: 80, requests: 80 }, { untracedEvery: 2 })).toBe('fail');
  });

  it('leaves out redirects and what the load does not ask for', () => {
    expect(status(ID, { requests: 80, said: { status: ['307'] } })).toBe('pass');
    expect(status(ID, { requests: 80, untraced: 10, said: { path: ['/ws'] } })).toBe('pass');
  });

  it('is no less where as many lines are about what no client asked for', () => {
    const other = { method: ['GETS'] };
    expect(status(ID, { requests: 40, said: other })).toBe('fail');
    expect(status(ID, { requests: 40, share: 0.5, said: other })).toBe('fail');
    expect(finding(ID, judged({ logs: [withStrangers({ said: other })] })).summary).toBe(
      "lines of 0 requests under other trace ids than the load's, and clients sent 40 without one; as many lines as are missing say a method or a path that clients did not send",
    );
  });

  it('is not known where lines do not say it, or requests may never have arrived', () => {
    expect(status(ID, { requests: 5 })).toBe('pass');
    expect(status(ID, { requests: 40, untraced: 15, said: { path: ['/ws'] } })).toBe('pass');
    expect(status(ID, { requests: 40, said: { path: ['/ws'] } }, { unreached: 40 })).toBe('pass');
    expect(status(ID, { requests: 40, said: { path: ['/ws'] } }, { exclusive: false })).toBe('pass');
  });

  it('is undecided where others may call, unless the server counts as many', () => {
    const counted = (count: number) => {
      const series = [{ name: 'aragora_requests_total', labels: {}, values: [7, 7 + count] }];
      return {
        kind: 'metrics',
        status: 'collected',
        source: 'direct',
        families: [{ name: 'aragora_requests_total', series }],
      } as never;
    };
    const shared = { exclusive: false };
    expect(status(ID, { requests: 80 }, shared)).toBe('inconclusive');
    expect(status(ID, { requests: 80 }, { ...shared, more: [counted(130)] })).toBe('pass');
    expect(status(ID, { requests: 80 }, { ...shared, more: [counted(60)] })).toBe('inconclusive');
  });

  it('is not known through a backend, in observations of older versions, and where ids are missing', () => {
    const { strangers: _, ...old } = real;
    expect(finding(ID, judged({ logs: [old] }))).toMatchObject({ status: 'no-data', gating: false });
    const lost = { ...withStrangers({ requests: 80 }), traceIds: { ...real.traceIds, found: 10, untraced: 40 } };
    expect(finding(ID, judged({ logs: [lost] })).status).toBe('inconclusive');
  });
});

describe('what lines say of requests without a client of their own', () => {
  it('is a status that some client saw', () => {
    expect([status('logs.content', {}), status('logs.content', { said: { status: ['500'] } })]).toEqual([
      'pass',
      'fail',
    ]);
    expect(status('logs.content', { said: { status: ['500'] } }, { exclusive: false })).toBe('pass');
  });

  it('is the status of the span of the same trace', () => {
    expect(status('logs.content', {}, { traces: spansOf(1, { status: 200 }) })).toBe('pass');
    expect(status('logs.content', {}, { traces: spansOf(1, { status: 500 }), exclusive: false })).toBe('fail');
    // Where nobody else calls, it is the span that says what no client saw.
    expect(status('logs.content', {}, { traces: spansOf(1, { status: 500 }) })).toBe('pass');
  });

  it('is the one debate that the load asks for', () => {
    const pathOf = (at: number) => `/api/debates/${at % 3 === 0 ? 'adhoc_2' : 'adhoc_1'}/convergence?verbose=1`;
    const asking = (paths: (at: number) => string) =>
      Array.from({ length: 30 }, (_, at) => ({
        request: { traceId: idOf(at), lines: 1, levels: [], firstMs: 1, lastMs: 1, said: { path: [paths(at)] } },
        endpoint: 'consensus',
      }));
    expect(ofOtherDebates(asking(pathOf)).size).toBe(10);
    expect(ofOtherDebates(asking(() => '/api/debates/{debate_id}/convergence')).size).toBe(0);
    const elsewhere = asking(pathOf).map((one) => ({ ...one, endpoint: 'debates-list' }));
    expect(ofOtherDebates(elsewhere).size).toBe(0);
  });

  it('is mostly nothing unusual', () => {
    const levels = (...some: string[]) => status('logs.levels.outcomes', { levels: some });
    expect([levels('WARNING'), levels('INFO', 'WARNING')]).toEqual(['fail', 'pass']);
    expect(status('logs.levels.outcomes', { levels: ['WARNING'], requests: 3 })).toBe('pass');
  });

  it('is a level that fits good answers', () => {
    expect(status('logs.levels.outcomes', { levels: ['ERROR'] })).toBe('fail');
    expect(status('logs.levels.outcomes', { levels: ['DEBUG', 'WARNING'] })).toBe('pass');
    expect(status('logs.levels.outcomes', { levels: ['ERROR'] }, { unreached: 1 })).toBe('pass');
    expect(status('logs.levels.outcomes', { levels: ['ERROR'] }, { exclusive: false })).toBe('pass');
  });

  it('lasts as long as the span of the same trace, and no longer than any client waited', () => {
    const lasting = (ms: string, more: Parameters<typeof judged>[0] = {}) =>
      status('logs.durations', { said: { durationMs: [ms] } }, more);
    expect([lasting('4'), lasting('60')]).toEqual(['pass', 'fail']);
    expect([lasting('60', { exclusive: false }), lasting('60', { unreached: 1 })]).toEqual(['pass', 'pass']);
    expect(lasting('60', { traces: spansOf(60), exclusive: false })).toBe('pass');
    expect(lasting('60', { traces: spansOf(1), exclusive: false })).toBe('fail');
  });

  it('has the time of the span of the same trace', () => {
    expect(status('logs.clock', {}, { traces: spansOf(1) })).toBe('pass');
    expect(status('logs.clock', { laterMs: 600 }, { traces: spansOf(1) })).toBe('fail');
  });
});

describe('where in the source lines come from', () => {
  const line = (lines: number, different: number, changes: Partial<LogsObserved> = {}) =>
    finding(
      'logs.fields.line',
      judged({ logs: [{ ...real, ...changes, places: { lines, values: { line: different } } }] }),
    );

  it('is the same again and again', () => {
    expect([line(400, 30).status, line(400, 200).status]).toEqual(['pass', 'pass']);
    expect(line(400, 201)).toMatchObject({
      status: 'fail',
      summary: '201 values in 400 lines, although the load asks the same again and again',
    });
  });

  it('is not judged by few lines, and what is missing or wrong is reported first', () => {
    expect(line(199, 199).status).toBe('pass');
    expect(line(400, 400, fieldOf('line', { missing: 2 })).summary).toMatch(/^missing in 2/);
  });
});

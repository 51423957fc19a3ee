/** Spans against other witnesses: numbers of rounds, names that metrics have, the log's levels, histograms. */
import { beforeAll, describe, expect, it } from 'vitest';
import { judgeObserved, systemNamed } from '../../../../test/support/judge-system.ts';
import { failing, only, real, recordTraces, tagged } from '../../../../test/support/traces-run.ts';
import type { Observation } from '../../../core/observation.ts';
import type { MetricSeries } from '../../metrics/observation.ts';
import type { Span, TracesObserved } from '../observation.ts';

beforeAll(recordTraces);

function judged(id: string, ...observations: readonly Observation[]) {
  const found = judgeObserved(systemNamed('traces'), observations, {}, (one) => one === id)[0];
  if (found === undefined) throw new Error(`no finding ${id}`);
  return found;
}

describe('the number of a round', () => {
  const ROUNDS = 'traces.spans.debate.round.attributes';

  it('is counted from 0 or from 1, in each attribute', () => {
    expect(failing(tagged('debate.round', { 'round.number': 0 }))).toEqual([]);
    expect(failing(tagged('debate.round', { 'round.number': 0, round_number: 0 }))).toEqual([]);
    expect(failing(tagged('debate.round', { 'round.number': 2 }))).toEqual([ROUNDS]);
    expect(failing(tagged('debate.round', { 'round.number': 'NaN' }))).toEqual([ROUNDS]);
  });

  it('is counted in all debates alike', () => {
    const debates = [...new Set(real.spans.flatMap(({ name, traceId }) => (name === 'debate.run' ? [traceId] : [])))];
    const few = new Set(debates.slice(0, 2));
    expect(failing(tagged('debate.round', { round_number: 0 }, ({ traceId }) => few.has(traceId)))).toEqual([ROUNDS]);
  });
});

const metrics = (name: string, ...series: readonly Omit<MetricSeries, 'name'>[]) => {
  const families = [{ name, series: series.map((one) => ({ ...one, name: `${name}_bucket` })) }];
  return { kind: 'metrics', status: 'collected', source: 'direct', settled: true, families } as unknown as Observation;
};

describe('a name that metrics have, too', () => {
  const known = (labels: MetricSeries['labels']) => metrics('aragora_any', { labels, values: [0, 20] });
  const providers = (observed: TracesObserved, ...more: readonly Observation[]) =>
    judged('traces.spans.agent.call.attributes', observed, ...more).status;
  const tiers = (observed: TracesObserved) =>
    judged('traces.spans.memory.access.attributes', observed, known({ tier: 'medium' })).status;

  it('is that of a metric, in any case', () => {
    expect([providers(real, known({ provider: 'Demo' })), tiers(real)]).toEqual(['pass', 'pass']);
    expect(providers(tagged('agent.call', { provider: 'somebody' }), known({ provider: 'demo' }))).toBe('fail');
    expect(tiers(tagged('memory.access', { tier: 'attic' }))).toBe('fail');
  });

  it('is not known without metrics, without the label, nor of a tier that is only read', () => {
    expect(providers(tagged('agent.call', { provider: 'somebody' }))).toBe('pass');
    expect(providers(tagged('agent.call', { provider: 'somebody' }), known({ agent: 'demo' }))).toBe('pass');
    const isRead = ({ attributes }: Span) => attributes['operation'] === 'read';
    expect(tiers(tagged('memory.access', { tier: 'attic' }, isRead))).toBe('pass');
  });
});

describe('error status of a part', () => {
  const logs = (level: string) => {
    const requests = real.requests.map(({ traceId }) => ({ traceId, lines: 1, levels: [level], said: {} }));
    return { kind: 'logs', status: 'collected', source: 'direct', requests } as unknown as Observation;
  };
  const failed = () => only('db.query', (span) => ({ ...span, status: 'error' }));
  const status = (...observations: readonly Observation[]) => judged('traces.status', ...observations);

  it('has a line that says so', () => {
    expect(status(failed(), logs('WARNING')).status).toBe('pass');
    const unlogged = status(failed(), logs('INFO'));
    expect(unlogged.status).toBe('fail');
    expect(unlogged.summary).toMatch(/spans db\.query with error status, of which no line of the log says anything$/);
  });

  it('is not judged without a log, and needs no line where another try was good', () => {
    expect(status(failed()).status).toBe('pass');
    const spans = failed().spans.flatMap((span) => {
      const again = { ...span, status: 'unset' as const, spanId: span.spanId.replace(/^./, 'f') };
      return span.name === 'db.query' ? [span, again] : [span];
    });
    const triedAgain: TracesObserved = { ...failed(), spans };
    expect(status(triedAgain, logs('INFO')).status).toBe('pass');
  });
});

describe('histograms', () => {
  const latency = (within: MetricSeries['values'], all: MetricSeries['values']) =>
    metrics(
      'aragora_agent_latency_seconds',
      { labels: { le: '0.1' }, values: within },
      { labels: { le: '+Inf' }, values: all },
    );
  const lasting = (ms: number) =>
    only('agent.call', (span) => ({
      ...span,
      endUnixNano: String(BigInt(span.startUnixNano) + BigInt(ms) * 1_000_000n),
    }));
  const judge = (ms: number, within: number, all: number) =>
    judged('traces.histograms', lasting(ms), latency([0, within], [0, all])).status;

  it('hold the calls whose spans are here', () => {
    expect([judge(10, 100, 100), judge(300, 0, 100)]).toEqual(['pass', 'pass']);
    expect([judge(10, 0, 100), judge(300, 100, 100), judge(300, 0, 3)]).toEqual(['fail', 'fail', 'fail']);
  });

  it('may be measured by another layer', () => {
    expect([judge(60, 0, 100), judge(150, 100, 100)]).toEqual(['pass', 'pass']);
  });

  it('are not judged where they are not there, or were set back, and need metrics that stand still', () => {
    expect(judged('traces.histograms', real, metrics('aragora_any'))).toMatchObject({
      status: 'no-data',
      gating: false,
    });
    const setBack = latency([50, 0], [50, 0]);
    expect(judged('traces.histograms', real, setBack)).toMatchObject({ status: 'no-data', gating: false });
    const moving = (within: number) => ({ ...latency([0, within], [0, 100]), settled: false });
    const status = (within: number) => judged('traces.histograms', lasting(10), moving(within)).status;
    expect([status(100), status(0)]).toEqual(['pass', 'inconclusive']);
  });
});

/** What the server counts and times of debates against what clients saw of them: from both sides, scrape by scrape, and without evidence. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { MetricsInput } from '../../../../test/support/judge-metrics.ts';
import {
  late,
  observed,
  red,
  sureFindingOf,
  type ValueChange,
  withFamilies,
  withSeries,
  withValues,
} from '../../../../test/support/metrics-changes.ts';
import { sharedRun } from '../../../../test/support/metrics-run.ts';
import { onePhase, plannedJourneys } from '../../../core/timeline.ts';

let run: MetricsInput;
beforeAll(async () => {
  run = await sharedRun();
});

const changed = (change: ValueChange, input = run) => withValues(input, change);

const relabelled = (names: readonly string[], labels: Readonly<Record<string, string>>) =>
  withSeries(run, (series) =>
    names.includes(series.name) ? { ...series, labels: { ...series.labels, ...labels } } : series,
  );

const times =
  (factor: number): ValueChange['to'] =>
  (value, first) =>
    Number.isInteger(value) ? Math.floor(first + (value - first) * factor) : first + (value - first) * factor;
const CALLS = 'aragora_agent_calls_total';
const AGENTS = 'aragora_agent_latency_seconds';
const DURATION = 'aragora_debate_duration_seconds';
const CONSENSUS = 'aragora_consensus_reached_total';
const TIMEOUTS = 'aragora_debate_timeouts_total';
const ELO = 'aragora_elo_updates_total';
describe('what the server counts of debates', () => {
  test.each<[what: string, change: ValueChange, finding: string]>([
    ['agent calls are counted twice', { of: CALLS, to: times(2) }, 'agent_calls_total.reconciles'],
    ['half of the agent calls are lost', { of: CALLS, to: times(0.5) }, 'agent_calls_total.reconciles'],
    ['agents are timed twice', { of: AGENTS, to: times(2) }, 'agent_latency_seconds.reconciles'],
    ['half of the consensus is lost', { of: CONSENSUS, to: times(0.5) }, 'consensus_reached_total.reconciles'],
    ['consensus is counted twice', { of: CONSENSUS, to: times(2) }, 'consensus_reached_total.reconciles'],
    [
      'debates time out that reached consensus',
      { of: TIMEOUTS, to: (value, _, scrape) => value + scrape },
      'debate_timeouts_total.reconciles',
    ],
    ['ratings change thousands of times', { of: ELO, to: times(1000) }, 'elo_updates_total.reconciles'],
  ])('fails where %s', (_, change, finding) => {
    expect(red(changed(change))).toEqual([finding]);
  });

  test('fails where every call is said to have timed out, although debates reached consensus', () => {
    expect(red(relabelled([CALLS], { status: 'timeout' }))).toEqual(['agent_calls_total.reconciles']);
  });

  test('is undecided where others may call, and where a lack may still come', () => {
    expect(
      sureFindingOf({ ...changed({ of: CALLS, to: times(2) }), exclusive: false }, 'agent_calls_total.reconciles'),
    ).toMatchObject({ status: 'inconclusive' });
    const unsettled = changed({ of: CONSENSUS, to: times(0.5) });
    const observation = { ...observed(unsettled), settled: false };
    expect(sureFindingOf({ ...unsettled, observation }, 'consensus_reached_total.reconciles').status).toBe(
      'inconclusive',
    );
  });

  test('is counted within bounds where nobody saw some debates end', () => {
    const unseen = without(run, 'debate-end', 2);
    for (const id of ['agent_calls_total.reconciles', 'consensus_reached_total.reconciles'])
      expect(sureFindingOf(unseen, id)).toMatchObject({ status: 'pass' });
    expect(sureFindingOf(unseen, 'agent_calls_total.reconciles').summary).toContain('nobody saw how');
    // How long they lasted is then not known.
    expect(sureFindingOf(unseen, 'debate_duration_seconds.percentiles').status).toBe('inconclusive');
  });

  test('is undecided where events did not come as promised', () => {
    const endpoints = new Map(run.recording.endpoints);
    const second = { second: 1, count: 1, failed: { 'seq-repeated': 1 }, dropped: 0, over: [], sumUs: 0 };
    const some = endpoints.get('debate-end');
    if (some === undefined) throw new Error('no debate ended');
    const histogram = some.total;
    endpoints.set('ws-order', { ...some, endpoint: 'ws-order', seconds: [{ ...second, histogram }] });
    const input = { ...changed({ of: CALLS, to: times(2) }), recording: { ...run.recording, endpoints } };
    expect(sureFindingOf(input, 'agent_calls_total.reconciles')).toMatchObject({ status: 'inconclusive' });
  });

  test('is not asked of a load whose clients write nothing down', () => {
    const journeys = plannedJourneys(run.plan).map((journey) => ({
      ...journey,
      endpoints: journey.endpoints.filter(({ samples }) => samples !== 'event'),
    }));
    const input = { ...run, plan: { ...run.plan, phases: onePhase(journeys) } };
    expect(sureFindingOf(input, 'agent_calls_total.reconciles')).toMatchObject({ status: 'no-data', gating: false });
    expect(sureFindingOf(input, 'agent_latency_seconds.percentiles')).toMatchObject({
      status: 'no-data',
      gating: false,
    });
    expect(sureFindingOf(input, 'consensus_reached_total.reconciles')).toMatchObject({ status: 'pass', gating: true });
  });
});

/** The last of the recorded seconds have so many samples fewer. */
function without(input: MetricsInput, endpoint: string, fewer: number): MetricsInput {
  const recorded = input.recording.endpoints.get(endpoint);
  if (recorded === undefined) throw new Error(`no ${endpoint}`);
  let left = fewer;
  const seconds = recorded.seconds.map((second) => {
    const taken = Math.min(left, second.count);
    left -= taken;
    return { ...second, count: second.count - taken };
  });
  const endpoints = new Map(input.recording.endpoints).set(endpoint, { ...recorded, seconds });
  return { ...input, recording: { ...input.recording, endpoints } };
}

/** Every duration is moved to the bucket of this bound, and the sum to what fits there. */
function allWithin(name: string, bound: number, seconds: number): MetricsInput {
  const counts = observed(run)
    .families.flatMap(({ series }) => series)
    .find((series) => series.name === `${name}_count`);
  if (counts === undefined) throw new Error(`no ${name}`);
  const countAt = (scrape: number) => Number(counts.values[scrape] ?? 0);
  return withSeries(run, (series) => {
    if (series.name === `${name}_sum`)
      return { ...series, values: series.values.map((_, scrape) => countAt(scrape) * seconds) };
    const { le } = series.labels;
    if (series.name !== `${name}_bucket` || le === undefined) return series;
    const isWithin = le === '+Inf' || Number(le) >= bound;
    return { ...series, values: series.values.map((_, scrape) => (isWithin ? countAt(scrape) : 0)) };
  });
}

describe('how long debates and agents took', () => {
  test('fails where debates are shorter than clients saw them talk', () => {
    expect(red(allWithin(DURATION, 0.1, 0.001))).toEqual(['debate_duration_seconds.mean']);
  });

  test('fails where agents took longer than clients waited for their message', () => {
    expect(red(allWithin(AGENTS, 2, 1.8))).toEqual(['agent_latency_seconds.mean']);
  });

  test('fails where the sum is possible, and the buckets are not', () => {
    const { series = [] } = observed(run).families.find(({ name }) => name === DURATION) ?? {};
    const sum = Number(series.find(({ name }) => name.endsWith('_sum'))?.values.at(-1));
    // The first few take all the time, five to ten seconds each.
    const few = Math.ceil(sum / 10);
    if (sum / few <= 5) return;
    const spread = allWithin(DURATION, 0.1, 0);
    const counts = series.find(({ name }) => name.endsWith('_count'))?.values ?? [];
    const slow = (scrape: number) => Math.min(few, Number(counts[scrape] ?? 0) - Number(counts[0] ?? 0));
    const summed: ValueChange = { of: `${DURATION}_sum`, to: (_, __, scrape) => (slow(scrape) * sum) / few };
    const to: ValueChange['to'] = (value, _, scrape) => value - slow(scrape);
    const short = ['0.1', '0.5', '1', '5'].reduce(
      (input, le) => changed({ of: `${DURATION}_bucket`, where: { le }, to }, input),
      changed(summed, spread),
    );
    expect(red(short)).toContain('debate_duration_seconds.percentiles');
  });
});

describe('scrape by scrape', () => {
  test.each([
    ['aragora_requests_total', 'requests_total.moves'],
    [CALLS, 'agent_calls_total.moves'],
    [CONSENSUS, 'consensus_reached_total.moves'],
    ['aragora_debates_completed_total', 'debates_completed_total.moves'],
  ])('%s fails where it jumps only at the end', (of, finding) => {
    expect(red(changed({ of, to: late }))).toEqual([finding]);
    expect(sureFindingOf(changed({ of, to: late }), finding).summary).toMatch(
      /^not in step with clients: counted 0 .* seen at least/,
    );
  });

  test('an exposition that is kept for some seconds is not blamed', () => {
    const keep = 8;
    const kept = withSeries(run, (series) => ({
      ...series,
      values: series.values.map((value, scrape) =>
        scrape === series.values.length - 1 ? value : (series.values[scrape - (scrape % keep)] ?? null),
      ),
    }));
    // Gauges of a moment have their own rules.
    expect(red(kept).filter((id) => !/active|websocket/.test(id))).toEqual([]);
  });

  test('a counter that was full at once fails, where nobody else calls', () => {
    const early: ValueChange['to'] = (value, first, scrape, scrapes) =>
      scrape === 0 ? first : Number(observed(run).atMs.length === scrapes ? Math.max(value, 1e4) : value);
    const input = changed({ of: CALLS, to: early });
    expect(red(input)).toContain('agent_calls_total.reconciles');
  });
});

describe('calls of agents that are not messages', () => {
  const both = (to: ValueChange['to']) => changed({ of: AGENTS, to }, changed({ of: CALLS, to }));

  test('decide nothing where the other metric of calls has them too', () => {
    const answers = sureFindingOf(both(times(0.5)), 'agent_calls_total.reconciles');
    expect(answers).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringContaining('answers without a call'),
    });
    const votes = sureFindingOf(both(times(2)), 'agent_calls_total.reconciles');
    expect(votes).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringContaining('calls without a message'),
    });
  });

  test('pass where spans have them too', () => {
    const spans = (calls: number): MetricsInput => ({
      ...both(times(2)),
      spanNames: { 'agent.call': calls, 'debate.run': 40 },
    });
    expect(sureFindingOf(spans(80), 'agent_calls_total.reconciles').status).toBe('inconclusive');
    expect(sureFindingOf(spans(160), 'agent_calls_total.reconciles').status).toBe('pass');
  });

  test('pass where they are said to have failed', () => {
    const family = observed(run).families.find(({ name }) => name === CALLS);
    const [one] = family?.series ?? [];
    if (family === undefined || one === undefined) throw new Error('no calls');
    const retried = {
      ...one,
      labels: { ...one.labels, status: 'error' },
      values: one.values.map((_, scrape) => scrape),
    };
    const input = withFamilies(run, (other) =>
      other === family ? { ...family, series: [...family.series, retried] } : other,
    );
    expect(red(input)).toEqual([]);
    expect(sureFindingOf(input, 'agent_calls_total.reconciles')).toMatchObject({
      status: 'pass',
      summary: expect.stringContaining('did not succeed'),
    });
  });
});

describe('providers', () => {
  test('fail where calls are timed under another name', () => {
    expect(sureFindingOf(run, 'agent_latency_seconds.providers').status).toBe('pass');
    const names = ['_bucket', '_sum', '_count'].map((suffix) => AGENTS + suffix);
    const input = relabelled(names, { provider: 'llm' });
    expect(red(input)).toEqual(['agent_latency_seconds.providers']);
  });

  test('say nothing without the label, and where the totals differ already', () => {
    const input = withSeries(run, (series) => {
      const { provider: _, ...labels } = series.labels;
      return series.name === CALLS ? { ...series, labels } : series;
    });
    expect(sureFindingOf(input, 'agent_latency_seconds.providers').status).toBe('no-data');
    const double = changed({ of: CALLS, to: times(2) });
    expect(sureFindingOf(double, 'agent_latency_seconds.providers').status).toBe('inconclusive');
  });
});

describe('labels that nobody sent', () => {
  test('fail, also where no client looks', () => {
    const some = observed(run).families.find(({ name }) => name === 'aragora_requests_total');
    const [one] = some?.series ?? [];
    if (some === undefined || one === undefined) throw new Error('no requests');
    const stray = { ...one, labels: { method: 'DELETE', endpoint: '/api/agents', status: '200' } };
    const values = one.values.map((_, scrape) => scrape * 3);
    const input = withFamilies(run, (family) =>
      family === some ? { ...family, series: [...family.series, { ...stray, values }] } : family,
    );
    expect(red(input)).toEqual(['requests_total.reconciles']);
    expect(sureFindingOf({ ...input, exclusive: false }, 'requests_total.reconciles').status).toBe('pass');
  });
});

/** What follows from one thing that is wrong with a server's telemetry is filed under it: tried on changed copies of a taped run that conforms. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import type { Observation } from '../../lib/core/observation.ts';
import type { JudgeInput } from '../../lib/core/run.ts';
import { judge } from '../../lib/judge/judge.ts';
import { readRun } from '../../lib/run/stages.ts';
import { SYSTEMS } from '../../lib/systems/index.ts';
import type { LogsObserved } from '../../lib/systems/logs/observation.ts';
import type { MetricFamily, MetricsObserved } from '../../lib/systems/metrics/observation.ts';
import { metricPromises } from '../../lib/systems/metrics/promises.ts';
import type { TracesObserved } from '../../lib/systems/traces/observation.ts';

const healthy: JudgeInput = readRun(join(import.meta.dirname, 'healthy'));

type Observed = MetricsObserved | TracesObserved | LogsObserved;

/** The taped run, of which one system says something else. */
function changed<One extends Observed>(kind: One['kind'], change: (one: One) => Observation): JudgeInput {
  const observations = healthy.observations.map((one) => (one.kind === kind ? change(one as unknown as One) : one));
  return { ...healthy, observations };
}

function withFamily(name: string, change: (family: MetricFamily) => readonly MetricFamily[]): JudgeInput {
  return changed<MetricsObserved>('metrics', (observed) => ({
    ...observed,
    families: observed.families.flatMap((family) => (family.name === name ? change(family) : [family])),
  }));
}

function unread(kind: string): JudgeInput {
  return changed<Observed>(kind as Observed['kind'], ({ source }) => ({
    ...{ kind, source, status: 'unavailable' as const },
    ...{ reason: `GET /${kind} answers 404`, hint: 'is it the right address?', httpStatus: 404 },
  }));
}

const withoutSpans = (): JudgeInput => someSpans(0);

/** The run, of which so many spans came. */
const someSpans = (count: number): JudgeInput =>
  changed<TracesObserved>('traces', (observed) => ({
    ...observed,
    ...{ spanCount: count, traceCount: count, spans: observed.spans.slice(0, count), roots: [], begun: [] },
    spanNames: Object.fromEntries(observed.spans.slice(0, count).map(({ name }) => [name, 1])),
    requests: observed.requests.map((request) => ({ ...request, foundTraceId: null })),
    sampled: observed.sampled.map((lookup) => ({ ...lookup, found: 0 })),
  }));

const frozen = ({ series, ...family }: MetricFamily): readonly MetricFamily[] => [
  { ...family, series: series.map((one) => ({ ...one, values: one.values.map(() => one.values.at(-1) ?? null) })) },
];

const contradicting = ({ series, ...family }: MetricFamily): readonly MetricFamily[] => [
  { ...family, series: series.filter(({ name }) => !name.endsWith('_sum')) },
];

/** Gating findings that do not pass: those that stand by themselves, and how many follow from each. */
function causesOf(input: JudgeInput): Record<string, number> {
  const open = judge(input, SYSTEMS).findings.filter(({ gating, status }) => gating && status !== 'pass');
  const followers = ({ id }: Finding) => open.filter(({ because }) => because === id).length;
  return Object.fromEntries(open.filter(({ because }) => because === undefined).map((one) => [one.id, followers(one)]));
}

test('the run as it was taped has nothing to explain', () => {
  expect(causesOf(healthy)).toEqual({});
});

describe('one cause', () => {
  const some = expect.any(Number);
  test.each([
    ['/metrics that is not there', unread('metrics'), { 'metrics.exposition.answers': some }],
    [
      '/metrics without a metric',
      changed<MetricsObserved>('metrics', (observed) => ({ ...observed, families: [] })),
      { 'metrics.exposition.answers': some },
    ],
    [
      'a counter that is missing',
      withFamily('aragora_requests_total', () => []),
      { 'metrics.requests_total.present': some },
    ],
    [
      'a counter that never moves',
      withFamily('aragora_requests_total', frozen),
      { 'metrics.requests_total.moves': some },
    ],
    [
      'a histogram without its sum',
      withFamily('aragora_request_duration_seconds', contradicting),
      { 'metrics.request_duration_seconds.consistent': some },
    ],
    ['spans that are never exported', withoutSpans(), { 'traces.spans.http.request.present': some }],
    ['spans that could not be read', unread('traces'), { 'traces.export': some }],
    ['a log that could not be read', unread('logs'), { 'logs.json': some }],
  ])('%s', (_, input, causes) => {
    const seen = causesOf(input);
    expect(seen).toEqual(causes);
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});

const { locations } = metricPromises('aragora-2.11').contract;
const OF_RELEASE = Object.keys(locations);

function withFamilies(change: (families: readonly MetricFamily[]) => readonly MetricFamily[]): JudgeInput {
  return changed<MetricsObserved>('metrics', (observed) => ({ ...observed, families: change(observed.families) }));
}

/** The run under the names of a release, or only some of them, judged by those of the documents. */
function renamed(names: readonly string[] = OF_RELEASE): JudgeInput {
  return withFamilies((families) =>
    families.map((family) => ({
      ...family,
      name: (names.includes(family.name) ? locations[family.name]?.name : undefined) ?? family.name,
    })),
  );
}

/** The run, of which a system has no evidence, not even why. */
function without(kind: string): JudgeInput {
  return { ...healthy, observations: healthy.observations.filter((one) => one.kind !== kind) };
}

/** Of a server that is not the harness's own: how often somebody else asks for the health, and for a path of his own. */
function withOthers(health: number, teams: number, endpoint = '/api/teams'): JudgeInput {
  const rising = (values: readonly (number | string | null)[], by: number) =>
    values.map((value, at) => Number(value ?? 0) + Math.round((by * at) / (values.length - 1)));
  const input = withFamily('aragora_requests_total', ({ series, ...family }) => {
    const [own] = series.filter(({ labels }) => labels['endpoint'] === '/api/health' && labels['status'] === '200');
    if (own === undefined) throw new Error('the tape has no requests for the health');
    const theirs = {
      ...own,
      labels: { ...own.labels, endpoint },
      values: rising(
        own.values.map(() => 0),
        teams,
      ),
    };
    const rest = series.filter((one) => one !== own);
    return [{ ...family, series: [...rest, { ...own, values: rising(own.values, health) }, theirs] }];
  });
  const { telemetry } = input.plan;
  if (telemetry === undefined) throw new Error('the tape has no telemetry');
  return { ...input, plan: { ...input.plan, telemetry: { ...telemetry, exclusive: false } } };
}

const withLines = ({ lines }: Pick<LogsObserved, 'lines'>): JudgeInput =>
  changed<LogsObserved>('logs', (observed) => ({
    ...observed,
    ...{ lines, fields: {}, levels: {}, times: null, requests: [], seenTraceIds: [] },
    traceIds: { ...observed.traceIds, found: 0 },
  }));
const withoutLines = (): JudgeInput => withLines({ lines: 0 });

describe('in plain words', () => {
  const said = (input: JudgeInput) => judge(input, SYSTEMS).causes.map(({ id, summary }) => [id, summary]);

  test.each([
    ['/metrics that is not there', unread('metrics'), 'dead-backend', /: metrics could not be read$/],
    ['spans that are never exported', withoutSpans(), 'dead-backend', /: not one span came to /],
    ['a log that could not be read', unread('logs'), 'dead-backend', /: the log could not be read/],
    ['a log without a line', withoutLines(), 'dead-backend', /: there is not one line in /],
    [
      'metrics with the names of a release',
      renamed(),
      'other-names',
      /^the server has other names .*: those of "aragora-2.11"$/,
    ],
    [
      'a server that others call',
      withOthers(50, 400),
      'other-traffic',
      /it counts 40\d requests to paths that the load/,
    ],
    [
      'a real release',
      readRun(join(import.meta.dirname, 'aragora')),
      'other-names',
      /^the server has other names than the documents for \d metrics and spans$/,
    ],
  ] as const)('%s', (_, input, id, words) => {
    expect(said(input)).toContainEqual([id, expect.stringMatching(words)]);
  });

  const ids = (input: JudgeInput) => judge(input, SYSTEMS).causes.map(({ id }) => id);

  test.each([
    ['one span of all', someSpans(1)],
    ['one line of all', withLines({ lines: 1 })],
    ['one metric of all', withFamilies((families) => families.slice(0, 1))],
    ['a log that was not asked for', without('logs')],
    ['metrics that were not asked for', without('metrics')],
  ] as const)('no source is called dead for %s', (_, input) => {
    expect(judge(input, SYSTEMS).outcome).not.toBe('conforms');
    expect(ids(input)).not.toContain('dead-backend');
  });

  test('no source is called dead where no request was answered', () => {
    const { recording } = healthy;
    const nothing = { ...withoutLines(), recording: { ...recording, endpoints: new Map() } };
    expect(ids(nothing)).not.toContain('dead-backend');
  });

  test.each([
    ['one name of a release', renamed(['aragora_debates_active'])],
    [
      'metrics that are simply missing',
      withFamilies((families) => families.filter(({ name }) => !OF_RELEASE.includes(name))),
    ],
    [
      'names that no release has',
      withFamilies((families) => families.map((one) => ({ ...one, name: one.name.replace(/^aragora_/, 'own_') }))),
    ],
  ] as const)('no names of a release are seen in %s', (_, input) => {
    expect(judge(input, SYSTEMS).outcome).toBe('breaches');
    expect(ids(input)).not.toContain('other-names');
  });

  test('no names of a release are seen where the documented ones are there, too', () => {
    const release = renamed().observations.find(({ kind }) => kind === 'metrics') as MetricsObserved;
    const both = withFamilies((families) => [
      ...families,
      ...release.families.filter(({ name }) => !families.some((one) => one.name === name)),
    ]);
    expect(ids(both)).toEqual([]);
  });

  test.each([
    ['the run as it was taped', healthy],
    ['a counter that is missing', withFamily('aragora_requests_total', () => [])],
    ['requests that nobody may have sent', withOthers(50, 0)],
    ['a group that is no path', withOthers(50, 400, 'all')],
    ['requests of others that spoil nothing', withOthers(0, 400)],
    ['a counter that never moves', withFamily('aragora_requests_total', frozen)],
    ['a server that breaches by itself', readRun(join(import.meta.dirname, 'breaching'))],
    ['a breach that has nothing to do with a late generator', readRun(join(import.meta.dirname, 'accepted'))],
    ['a run with too few samples', readRun(join(import.meta.dirname, 'inconclusive'))],
    ['a load that was interrupted', readRun(join(import.meta.dirname, 'interrupted'))],
  ])('nothing is said of %s', (_, input) => {
    expect(said(input)).toEqual([]);
  });
});

test('two things that are wrong stay apart', () => {
  const both = { ...withoutSpans(), plan: healthy.plan };
  const observations = both.observations.map((one) =>
    one.kind === 'metrics' ? (unread('metrics').observations.find(({ kind }) => kind === 'metrics') ?? one) : one,
  );
  const verdict = judge({ ...both, observations }, SYSTEMS);
  expect(verdict.headline).toMatch(/2 of \d+ gating findings fail, and \d+ more follow from them; worst: /);
  expect(verdict.outcome).toBe('breaches');
});

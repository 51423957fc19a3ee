/** Which PromQL an objective becomes under the names of a release, what no metric shows, and that the static check finds data for all of it. */
import { describe, expect, test } from 'vitest';
import { CONTRACTS } from '../../../thresholds/contracts.ts';
import { documentedObjectives } from '../../../thresholds/slos.ts';
import { placedDocuments } from '../../config/placed.ts';
import type { Objective } from '../../core/plan.ts';
import { judgeRules } from '../../rules/judge-rules.ts';
import { readRules } from '../../rules/rule-file.ts';
import { expositionCatalogue } from '../../systems/metrics/observe/exposition-catalogue.ts';
import { promisedCatalogue } from '../../systems/metrics/promised-catalogue.ts';
import { metricPromises } from '../../systems/metrics/promises.ts';
import type { Names } from './bounds.ts';
import { deadTexts, groupOf, leftOutTexts, type SloRules, sloRules } from './rules.ts';

const documented: Names = { promises: metricPromises('documented'), catalogue: null };
const source = { document: 'slo.yaml', section: 'mine' };
const common = { id: 'mine.1', subject: 'mine', gating: true, source };

const latency = (endpoint: string, limitMs: number, percentile = 99): Objective => ({
  kind: 'latency',
  ...common,
  endpoint,
  limitMs,
  percentile,
});
const availability = (endpoints: readonly string[], target = 0.999): Objective => ({
  kind: 'availability',
  ...common,
  endpoints,
  target,
});

const rulesOf = (objective: Objective, names = documented, period?: string): SloRules =>
  sloRules([{ objective, ...(period !== undefined && { period }) }], names);

/** In one line. */
function ratioOf(objective: Objective, names = documented): string {
  const [watched] = rulesOf(objective, names).watched;
  return watched?.indicator.ratio('5m').replace(/\s+/g, ' ') ?? '';
}

const notes = (objective: Objective, names = documented): readonly string[] =>
  rulesOf(objective, names).watched.flatMap(({ indicator }) => indicator.notes);

const exposed = (text: string): Names => ({
  ...documented,
  catalogue: expositionCatalogue('http://h/metrics', text, 'prometheus'),
});

describe('a latency objective', () => {
  test('counts the requests of its endpoint that are in no bucket up to the limit', () => {
    const selected = 'method="GET",endpoint="/api/health"';
    expect(ratioOf(latency('health', 50))).toBe(
      `1 - ( sum(rate(aragora_request_duration_seconds_bucket{${selected},le="0.05"}[5m])) / ` +
        `(sum(rate(aragora_request_duration_seconds_count{${selected}}[5m])) > 0) )`,
    );
    expect(notes(latency('health', 50))).toEqual([]);
  });

  test('of a whole second fits both ways in which Prometheus writes it', () => {
    expect(ratioOf(latency('health', 1000))).toContain('le=~"1|1[.]0"');
  });

  test('with a limit between two buckets takes the next one, and says so', () => {
    expect(ratioOf(latency('consensus', 200))).toContain('le="0.25"');
    expect(notes(latency('consensus', 200))).toEqual([
      'aragora_request_duration_seconds has no bucket up to 200 ms: the next one, up to 250 ms, is taken, so what lies between counts as good',
    ]);
  });

  test('finds an id in a path however the release writes it', () => {
    expect(ratioOf(latency('consensus', 500))).toContain('endpoint=~"/api/debates/[^/]+/convergence"');
  });

  test('takes the buckets that a server has', () => {
    const name = 'aragora_request_duration_seconds';
    const lines = ['0.02', '0.2', '+Inf'].map((le) => `${name}_bucket{method="GET",endpoint="/x",le="${le}"} 1`);
    const own = exposed(`# TYPE ${name} histogram\n${lines.join('\n')}\n${name}_sum 1\n${name}_count 1\n`);
    expect(ratioOf(latency('health', 20), own)).toContain('le="0.02"');
  });

  test('of agents has the metric of agents in its place, if a server shows its buckets', () => {
    const name = 'aragora_agent_latency_seconds';
    const text = `# TYPE ${name} histogram\n${name}_bucket{provider="p",le="5"} 1\n${name}_bucket{provider="p",le="+Inf"} 1\n`;
    expect(ratioOf(latency('agent-response', 5000), exposed(text))).toContain(
      `rate(${name}_bucket{le=~"5|5[.]0"}[5m])`,
    );
    expect(notes(latency('agent-response', 5000), exposed(text))).toEqual([
      `${name} stands for it: it times each call of an agent, without the way to the client`,
    ]);
  });
});

describe('an availability objective', () => {
  test('counts 5xx among the answers of its endpoints, and nothing where there are none', () => {
    expect(ratioOf(availability(['health']))).toBe(
      '( sum(rate(aragora_requests_total{method="GET",endpoint="/api/health",status=~"5.."}[5m])) or vector(0) ) / ' +
        '(sum(rate(aragora_requests_total{method="GET",endpoint="/api/health"}[5m])) > 0)',
    );
  });

  test('of several methods adds them up', () => {
    expect(ratioOf(availability(['health', 'debates-list', 'debates-create']))).toContain(
      '/ (sum(rate(aragora_requests_total{method="GET",endpoint=~"/api/health|/api/debates"}[5m]) or ' +
        'rate(aragora_requests_total{method="POST",endpoint="/api/debates"}[5m])) > 0)',
    );
  });

  test('of agents counts their failed calls', () => {
    const text = ratioOf(availability(['agent-response']));
    expect(text).toContain('aragora_agent_calls_total{status=~"(?i:.*(time.?out|error|');
    expect(notes(availability(['agent-response']))).toHaveLength(1);
  });
});

test("a release's names, labels and conditions are its own", () => {
  const mapping = {
    name: 'http_total',
    where: { site: 'a.*', route: '/.*' },
    labels: { endpoint: 'route', status: 'code' },
  };
  const promises = metricPromises('documented', { file: 'own.yaml', metrics: { aragora_requests_total: mapping } });
  expect(ratioOf(availability(['health']), { promises, catalogue: null })).toContain(
    'rate(http_total{method="GET",route="/api/health",site=~"a.*",code=~"5.."}[5m])',
  );
});

describe('no alert watches', () => {
  const why = (objective: Objective, names = documented, period?: string): string[] =>
    leftOutTexts(rulesOf(objective, names, period));
  test.each<[string, Objective, string]>([
    [
      'what only clients time',
      latency('ws-ping', 50),
      'mine.1: ws-ping: the server times no such thing, only clients see it',
    ],
    [
      'what only clients count',
      availability(['health', 'ws-connect']),
      'mine.1: ws-connect: the server counts no such thing, only clients see it',
    ],
    [
      'what two metrics count',
      availability(['health', 'agent-response']),
      "mine.1: health, agent-response: two metrics count them, which can't be added up",
    ],
    [
      'a limit above all buckets',
      latency('health', 20_000),
      'mine.1: the limit of 20 s is above 10 s, the highest bucket of aragora_request_duration_seconds',
    ],
    [
      'a metric whose buckets nobody knows',
      latency('agent-response', 5000),
      'mine.1: no document says which buckets aragora_agent_latency_seconds has; --target, --metrics or --prometheus shows them',
    ],
  ])('%s', (_, objective, expected) => {
    expect(why(objective)).toEqual([expected]);
  });

  test('what a server does not have, or has no series of yet', () => {
    const none = exposed('# TYPE aragora_a gauge\naragora_a 1\n');
    expect(why(availability(['health']), none)).toEqual([
      'mine.1: http://h/metrics has no metric aragora_requests_total',
    ]);
    const declared = exposed('# TYPE aragora_request_duration_seconds histogram\n');
    expect(why(latency('health', 50), declared)).toEqual([
      'mine.1: http://h/metrics has no series of aragora_request_duration_seconds_bucket yet, so nobody knows its buckets',
    ]);
  });

  test('a budget of a week', () => {
    expect(why(availability(['health']), documented, '7d')).toEqual([
      'mine.1: its time window is 7d, and these alerts need at least 28d: in a shorter one they fire though the budget lasts',
    ]);
  });
});

test('an alert that can never fire is no rule', () => {
  const rules = rulesOf(availability(['health'], 0.9));
  expect(deadTexts(rules)).toEqual([
    'mine.1: no more than 100 % of the requests can be bad, and alerts would wait for 14.4 × 10 % = 144 % in 1h',
  ]);
  const [watched] = rules.watched;
  const made = watched === undefined ? [] : groupOf(watched).rules;
  expect(made.flatMap((rule) => ('alert' in rule ? [rule.labels['window']] : []))).toEqual(['6h', '1d', '3d']);
});

test.each(Object.keys(CONTRACTS))('the documented objectives become rules for which %s has data', (contract) => {
  const names: Names = { promises: metricPromises(contract), catalogue: null };
  const rules = sloRules(
    documentedObjectives().map((objective) => ({ objective })),
    names,
  );
  const text = JSON.stringify({ groups: rules.watched.map(groupOf) });
  const file = readRules('slo.yml', placedDocuments('slo.yml', text));
  if ('reason' in file) throw new Error(file.reason);
  const judged = judgeRules([file], promisedCatalogue(contract), null);
  expect(judged.length).toBeGreaterThan(100);
  expect(judged.filter(({ verdict }) => verdict === 'never' || verdict === 'wrong')).toEqual([]);
});

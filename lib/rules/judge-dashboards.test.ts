// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Grafana look so.
import { expect, test } from 'vitest';
import { dashboardIn, guideFile, problemTexts, someCatalogue, verdictsOf } from '../../test/support/rules.ts';
import { placedDocuments } from '../config/placed.ts';
import { promisedCatalogue } from '../systems/metrics/promised-catalogue.ts';
import { readDashboard } from './dashboard.ts';
import { judgeDashboards } from './judge-dashboards.ts';

const world = { catalogue: promisedCatalogue('documented'), scrapeIntervalMs: null };
const overview = dashboardIn('overview.json', guideFile('overview-dashboard.json'));
const agents = dashboardIn('agents.json', guideFile('provider-dashboard.json'));

const said = (dashboard: object, catalogue = someCatalogue()): string[] => {
  const whole = { title: 'D', schemaVersion: 39, annotations: {}, templating: {}, panels: [], ...dashboard };
  const items = judgeDashboards([dashboardIn('d.json', JSON.stringify(whole))], { catalogue, scrapeIntervalMs: null });
  return items.flatMap(({ problems }) => problemTexts(problems));
};

test("the guide's dashboard lacks what an import file has, and has a panel of a type that is gone", () => {
  const items = judgeDashboards([overview], world);
  expect(problemTexts(items[0]?.problems ?? [])).toEqual([
    'note: it has no "schemaVersion": Grafana takes it for a dashboard of its first version',
    'note: it has no "templating", which a dashboard of Grafana has',
    'note: it has no "annotations", which a dashboard of Grafana has',
    expect.stringContaining('note: it is wrapped in "dashboard"'),
  ]);
  expect(verdictsOf(items)).toEqual(['Request Latency wrong']);
  expect(items.flatMap(({ problems }) => problemTexts(problems)).at(-1)).toBe(
    'wrong: panels of type "graph" are gone from current Grafana → timeseries',
  );
  expect(items.filter(({ kind }) => kind === 'panel').map(({ line }) => line)).toEqual([10, 19, 28, 37, 41, 45]);
});

test('rows, variables, and queries for others are read', () => {
  const items = judgeDashboards([agents], world);
  expect(items.map(({ kind, name, problems }) => [kind, name, ...problemTexts(problems)])).toEqual([
    ['dashboard', 'Agent Metrics'],
    ['variable', '$provider'],
    ['variable', '$tier'],
    ['panel', 'Latency by provider', expect.stringMatching(/^never: it is no PromQL: unexpected "by \(provider\)"/)],
    ['panel', 'Latency by provider'],
    ['panel', 'Calls'],
    [
      'panel',
      'Calls',
      'wrong: the dashboard does not declare the variable $model: Grafana sends it as it is',
      'unsure: aragora_agent_calls_total has no label model at the server; the scrape configuration may add it',
    ],
    ['panel', 'Log', 'note: its queries are not for a Prometheus: not judged'],
  ]);
});

test('of two dashboards with one uid only one is kept', () => {
  const items = judgeDashboards([agents, { ...agents, path: 'copy.json' }, { ...overview }, overview], world);
  const forms = items.filter(({ kind }) => kind === 'dashboard').map(({ problems }) => problemTexts(problems));
  expect(forms[1]).toEqual(['wrong: agents.json has the uid "aragora-agents" too: only one of the two is kept']);
  expect(forms[3]?.at(-1)).toMatch(/^note: overview.json has the title "Aragora Overview" too/);
});

test('a variable without values is named', () => {
  const list = (query: string) => ({ templating: { list: [{ name: 'x', type: 'query', query }] } });
  expect(said(list('label_values(aragora_requests_total, status)'))).toEqual([]);
  expect(said(list('label_values(job)'))).toEqual([]);
  expect(said(list('label_values(aragora_requests_total, stat)'))).toEqual([
    'never: no series has the label stat → status',
  ]);
  expect(said(list('label_values(aragora_nothing, status)'))).toEqual([
    'never: the server has no metric aragora_nothing',
  ]);
});

test('the panels of old rows are read, and constants have their value', () => {
  const panels = [
    { title: 'P', type: 'stat', targets: [{ expr: '${prefix}_active_debates' }, { expr: '${prefix}_nothing' }] },
  ];
  const templating = { list: [{ name: 'prefix', type: 'constant', query: 'aragora' }] };
  expect(said({ panels: undefined, rows: [{ panels }], templating })).toEqual([
    'never: the server has no metric aragora_nothing',
  ]);
});

test.each([
  ['', 1, 'it is empty, and a dashboard was expected'],
  ['groups: []', 1, 'it is a rules file, not a dashboard: it has no "panels"'],
  ['{"panels": 5}', 1, 'it is no dashboard: "panels" must be a list'],
])('%j is refused', (text, line, reason) => {
  expect(readDashboard('d.json', placedDocuments('d.json', text))).toEqual({ line, reason });
});

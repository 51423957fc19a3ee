// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Grafana look so.
/** Grafana as it should be, broken, and not to be had. The dashboards and the named breaks are proven on a real Prometheus in test/real. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { grafanaFindings, grafanaStatuses, observedGrafana } from '../../../test/support/grafana-run.ts';
import { type Metrics, scriptedPrometheus } from '../../../test/support/scripted-prometheus.ts';
import { checklistOf } from '../../../thresholds/checklist.ts';
import { type GrafanaStandInOptions, startGrafanaStandIn } from '../../stack/grafana/stand-in.ts';
import { GRAFANA } from './system.ts';

const METRICS: Metrics = { aragora_requests_total: { endpoint: '/api/health', status: '200' }, up: { job: 'aragora' } };
const NOWHERE = 'http://127.0.0.1:1';

const panel = (title: string, expr: string, more: object = {}) => ({
  type: 'stat',
  title,
  targets: [{ expr }],
  ...more,
});
const board = (panels: readonly object[], more: object = {}) => ({
  ...{ uid: 'one', title: 'Aragora Overview', schemaVersion: 41, templating: { list: [] }, annotations: { list: [] } },
  ...{ panels, ...more },
});

async function startedWith(options: Partial<GrafanaStandInOptions>) {
  const grafana = await startGrafanaStandIn({ prometheusUrl: NOWHERE, dashboards: [], ...options });
  onTestFinished(async () => {
    await grafana.close();
    expect(grafana.unexpected).toEqual([]);
  });
  return grafana;
}

/** The findings of one dashboard, with what they say. */
async function overview(dashboard: object, prometheusUrl?: string): Promise<string[]> {
  const prometheus = await scriptedPrometheus(METRICS);
  const grafana = await startedWith({ prometheusUrl: prometheusUrl ?? prometheus.url, dashboards: [dashboard] });
  const findings = grafanaFindings(await observedGrafana(grafana.url));
  return findings
    .filter(({ id }) => id.startsWith('grafana.overview'))
    .map(({ id, status, summary }) => `${id.replace('grafana.overview.', '')} ${status}: ${summary}`);
}

test('a dashboard whose queries return data passes', async () => {
  const dashboard = board([
    panel('Requests', 'sum(rate(aragora_requests_total[$__rate_interval]))'),
    panel('Up', 'up'),
  ]);
  expect(await overview(dashboard)).toEqual([
    'present pass: it is there',
    'valid pass: 2 panels',
    'data pass: 2 of 2 queries return data',
  ]);
});

test.each([
  ['sum(aragora_request_total)', 'has no metric aragora_request_total; nearest: aragora_requests_total'],
  ['sum(aragora_requests_total{state="none"})', 'aragora_requests_total has no label state'],
  ['refused(up)', 'Prometheus refuses the query: "unknown function"'],
])('%s fails', async (expr, said) => {
  const [, valid, data] = await overview(board([panel('Up', 'up'), panel('Wrong', expr)]));
  expect(valid).toMatch(/^valid pass/);
  expect(data).toMatch(/^data fail: panel "Wrong": /);
  expect(data).toContain(said);
});

test.each([
  [{ type: 'graph' }, 'panel "Up": panels of type "graph" are gone from current Grafana; now it is "timeseries"'],
  [{ type: undefined }, 'panel Up has no "type"'],
  [{ datasource: { type: 'prometheus', uid: 'gone' } }, 'panel "Up": Grafana has no datasource "gone"'],
])('a panel with %o is not valid', async (change, said) => {
  const [, valid, data] = await overview(board([{ ...panel('Up', 'up'), ...change }, panel('Requests', 'up')]));
  expect(valid).toContain(`valid fail: `);
  expect(valid).toContain(said);
  expect(data).toMatch(/^data pass/);
});

test('a variable that is not declared is not valid', async () => {
  const [, valid] = await overview(board([panel('Up', 'up{job="$job"}')]));
  expect(valid).toBe(
    'valid fail: panel "Up": the dashboard does not declare the variable $job: Grafana sends it as it is',
  );
});

test('what has not happened yet accuses nobody', async () => {
  const none = 'sum(aragora_requests_total{status=~"5..", endpoint!="none"})';
  expect((await overview(board([panel('Up', 'up'), panel('Errors', none)])))[2]).toBe(
    'data pass: 1 of 2 queries return data; nothing yet for "Errors"',
  );
  expect((await overview(board([panel('Errors', none)])))[2]).toBe(
    'data inconclusive: no panel shows anything yet: nothing that they ask for has happened',
  );
  expect((await overview(board([panel('Up', 'up'), panel('Share', 'up / up + NaN')])))[2]).toMatch(
    /^data pass: 1 of 2/,
  );
  const timeouts = 'aragora_requests_total{endpoint="none"}';
  expect((await overview(board([panel('Up', 'up'), panel('Other', timeouts)])))[2]).toMatch(
    /^data inconclusive: panel "Other" shows nothing: no series of aragora_requests_total had endpoint="none" so far/,
  );
});

test('queries that are hidden or for others are not run, and a dashboard of them alone has no data', async () => {
  const hidden = { targets: [{ expr: 'gone', hide: true }] };
  const logs = { datasource: { type: 'loki', uid: 'logs' } };
  expect((await overview(board([panel('A', 'gone', hidden), panel('B', '{a="b"}', logs)])))[2]).toBe(
    'data no-data: no panel of it asks a Prometheus that Grafana has',
  );
  expect((await overview(board([], { panels: undefined })))[1]).toBe('valid pass: 0 panels');
});

test('variables have the values that they open with', async () => {
  const list = [
    { name: 'ds', type: 'datasource', query: 'prometheus', current: { value: 'default' } },
    { name: 'endpoint', type: 'query', query: { query: 'label_values(aragora_requests_total, endpoint)' } },
    { name: 'status', type: 'query', query: 'label_values(status)', multi: true, current: { value: ['200'] } },
  ];
  const expr = 'sum(rate(aragora_requests_total{endpoint="$endpoint",status=~"$status"}[$__rate_interval]))';
  const dashboard = board([panel('Requests', expr, { datasource: { type: 'prometheus', uid: '${ds}' } })], {
    templating: { list },
  });
  const prometheus = await scriptedPrometheus(METRICS);
  const grafana = await startedWith({ prometheusUrl: prometheus.url, dashboards: [dashboard] });
  expect(await observedGrafana(grafana.url)).toMatchObject([{ dashboards: { data: [{ queries: { data: [{}] } }] } }]);
  const sent = prometheus.calls.find(({ path }) => path.endsWith('query_range'))?.query.get('query');
  expect(sent).toBe('sum(rate(aragora_requests_total{endpoint="/api/health",status=~"200"}[60s]))');
});

test('a datasource that is down makes data unavailable, and nothing else fails', async () => {
  const [present, valid, data] = await overview(board([panel('Up', 'up')]), NOWHERE);
  expect([present, valid]).toEqual(['present pass: it is there', 'valid pass: 1 panels']);
  expect(data).toMatch(/^data unavailable: GET http:.*\/api\/datasources\/proxy\/uid\/prometheus\/.* answers 502/);
});

test('a search that shows nothing accuses nobody', async () => {
  const grafana = await startedWith({});
  const present = grafanaStatuses(await observedGrafana(grafana.url)).filter((one) => one.includes('present'));
  expect(new Set(present.map((one) => one.split(' ')[1]))).toEqual(new Set(['inconclusive']));
});

test('without its token only its health is known', async () => {
  const grafana = await startedWith({ token: 'secret', dashboards: [board([panel('Up', 'up')])] });
  const findings = grafanaFindings(await observedGrafana(grafana.url));
  expect(findings.filter(({ status }) => status !== 'unavailable').map(({ id }) => id)).toEqual(['grafana.health']);
  expect(findings[1]?.summary).toMatch(/\/api\/search answers 401: it needs credentials/);
  const wrong = await observedGrafana(grafana.url, { auth: { kind: 'bearer', token: 'other' } });
  expect(grafanaFindings(wrong)[1]?.summary).toMatch(/answers 401: it refuses the credentials given/);
  expect(JSON.stringify(wrong)).not.toContain('other');
  const right = await observedGrafana(grafana.url, { auth: { kind: 'bearer', token: 'secret' } });
  expect(grafanaStatuses(right)).toContain('grafana.overview.present pass');
  expect(JSON.stringify(right)).not.toContain('secret');
});

/** What stands at the address of Grafana, and is none. */
async function answering(status: number, headers: Record<string, string>, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  [
    'a login page',
    200,
    { 'content-type': 'text/html' },
    '<!doctype html><title>Grafana</title>',
    /answers HTML, not JSON/,
  ],
  ['a redirect to it', 302, { location: '/login' }, '', /answers 302: it redirects to \/login/],
  ['another program', 200, {}, '{"status":"up"}', /does not answer as Grafana does: expected text as "database"/],
  ['a proxy without it', 502, {}, 'Bad Gateway', /answers 502/],
])('%s is unavailable', async (_, status, headers, body, reason) => {
  const observations = await observedGrafana(await answering(status, headers as Record<string, string>, body));
  expect(observations).toMatchObject([{ status: 'unavailable', reason: expect.stringMatching(reason) }]);
  expect(new Set(grafanaFindings(observations).map((finding) => finding.status))).toEqual(new Set(['unavailable']));
});

test('a Grafana that is gone is unavailable, and one that nobody names is not asked', async () => {
  expect(await observedGrafana(NOWHERE)).toMatchObject([{ reason: expect.stringContaining('connection refused') }]);
  expect(await observedGrafana(undefined)).toEqual([]);
});

test('a Grafana without its database fails its health', async () => {
  const grafana = await startedWith({ database: 'failing' });
  expect(grafanaFindings(await observedGrafana(grafana.url))[0]).toMatchObject({
    status: 'fail',
    summary: 'its database is "failing"',
  });
});

test('its findings decide two items of the checklists', () => {
  const grounds = checklistOf([GRAFANA]).filter(({ id }) => /grafana-health|metrics\.dashboards/.test(id));
  expect(grounds.map(({ ground }) => ('findings' in ground ? ground.findings.length : 0))).toEqual([15, 1]);
});

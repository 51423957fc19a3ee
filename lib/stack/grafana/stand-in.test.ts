/** The stand-in for Grafana: the documented calls, a sign-in, what it refuses, and calls that it does not know. */
import { expect, onTestFinished, test } from 'vitest';
import { FakeBackend } from '../../../test/support/fake-backend.ts';
import { documentedDashboards } from '../documented/dashboards.ts';
import { type GrafanaStandInOptions, startGrafanaStandIn } from './stand-in.ts';

const NOWHERE = 'http://127.0.0.1:1';

async function started(options: Partial<GrafanaStandInOptions> = {}) {
  const grafana = await startGrafanaStandIn({ prometheusUrl: NOWHERE, dashboards: [], ...options });
  onTestFinished(() => grafana.close());
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(grafana.url + path, { headers });
    return { status: answer.status, body: await answer.text() };
  };
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(grafana.url + path, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as unknown };
  };
  return { grafana, get, post };
}

const json = ({ body }: { readonly body: string }): unknown => JSON.parse(body);

test('it has the five documented dashboards, and gives each whole', async () => {
  const { grafana, get } = await started({ dashboards: documentedDashboards() });
  expect(grafana.refused).toEqual([]);
  const hits = json(await get('/api/search?type=dash-db')) as { uid: string; title: string; url: string }[];
  expect(hits.map(({ title, url }) => `${title} ${url}`)).toEqual([
    'API Performance /d/aragora-api/api-performance',
    'Agent Metrics /d/aragora-agents/agent-metrics',
    'Aragora Overview /d/aragora-overview/aragora-overview',
    'Debate Analytics /d/aragora-debates/debate-analytics',
    'Infrastructure /d/aragora-infrastructure/infrastructure',
  ]);
  const uids = documentedDashboards().map((one) => (one as { uid: string }).uid);
  for (const [at, uid] of uids.entries()) {
    const { dashboard } = json(await get(`/api/dashboards/uid/${uid}`)) as { dashboard: object };
    expect(dashboard).toMatchObject({ ...Object(documentedDashboards()[at]), version: 1 });
  }
  expect(await get('/api/dashboards/uid/none')).toMatchObject({ status: 404 });
  expect(json(await get('/api/search?query=agent&limit=1&page=1'))).toMatchObject([{ title: 'Agent Metrics' }]);
  expect(grafana.unexpected).toEqual([]);
});

test('nobody asks anything but its health without the token', async () => {
  const { get } = await started({ token: 'secret' });
  expect(json(await get('/api/health'))).toMatchObject({ database: 'ok', version: 'grafana-stand-in' });
  expect(await get('/api/search')).toMatchObject({ status: 401 });
  expect(await get('/api/search', { authorization: 'Bearer other' })).toMatchObject({ status: 401 });
  expect(await get('/api/search', { authorization: 'Bearer secret' })).toMatchObject({ status: 200, body: '[]' });
});

test('a query goes to Prometheus as it is, and its answer comes back', async () => {
  const prometheus = await FakeBackend.start({
    'GET /api/v1/query': [({ query }) => ({ status: 400, json: { status: 'error', error: query.get('query') } })],
  });
  const { grafana, get } = await started({ prometheusUrl: prometheus.url });
  expect(json(await get('/api/datasources'))).toMatchObject([
    { uid: 'prometheus', type: 'prometheus', isDefault: true },
  ]);
  const answer = await get('/api/datasources/proxy/uid/prometheus/api/v1/query?query=up%7Ba%3D%22b%22%7D');
  expect(answer).toEqual({ status: 400, body: '{"status":"error","error":"up{a=\\"b\\"}"}' });
  expect(await get('/api/datasources/proxy/uid/other/api/v1/query')).toMatchObject({ status: 404 });
  expect(grafana.unexpected).toEqual([]);
  await prometheus.stop();
});

test('a datasource that does not answer is a bad gateway', async () => {
  const { get } = await started();
  expect(await get('/api/datasources/proxy/uid/prometheus/api/v1/labels')).toMatchObject({ status: 502 });
});

test.each([
  ['GET', '/api/dashboards'],
  ['GET', '/api/search?starred=true'],
  ['GET', '/api/search?limit=5001'],
  ['GET', '/api/datasources/proxy/uid/prometheus/api/v1/admin/tsdb/snapshot'],
  ['DELETE', '/api/dashboards/uid/a'],
])('%s %s is not expected, fails and is kept', async (method, path) => {
  const { grafana } = await started();
  expect((await fetch(grafana.url + path, { method })).status).toBe(404);
  expect(grafana.unexpected).toHaveLength(1);
});

const RIGHT = { title: 'A', uid: 'a' };

test.each([
  ['no dashboard', undefined, 'bad request data'],
  ['no title', { uid: 'a' }, 'Dashboard title cannot be empty'],
  ['a blank title', { title: ' ' }, 'Dashboard title cannot be empty'],
  ['a title that is no text', { title: 5 }, 'bad request data'],
  ['a uid that is no text', { ...RIGHT, uid: 5 }, 'bad request data'],
  ['a long uid', { ...RIGHT, uid: 'a'.repeat(41) }, 'uid too long. 40 characters is the maximum.'],
  ['a uid with a space', { ...RIGHT, uid: 'a b' }, 'uid contains illegal characters'],
  ['panels that are no list', { ...RIGHT, panels: {} }, 'bad request data'],
  ['templating that is a list', { ...RIGHT, templating: [] }, 'bad request data'],
])('it refuses %s', async (_, dashboard, message) => {
  const { get, post } = await started();
  expect(await post('/api/dashboards/db', { dashboard })).toEqual({ status: 400, json: { message } });
  expect(json(await get('/api/search'))).toEqual([]);
});

test('an import is as the guide has it, and one of the same uid needs "overwrite"', async () => {
  const { get, post } = await started();
  const saved = { status: 'success', uid: 'a', url: '/d/a/a' };
  expect(await post('/api/dashboards/db', { dashboard: RIGHT })).toMatchObject({ status: 200, json: saved });
  expect(await post('/api/dashboards/db', { dashboard: RIGHT })).toMatchObject({
    status: 412,
    json: { status: 'version-mismatch' },
  });
  const again = { dashboard: { ...RIGHT, title: 'B' }, overwrite: true };
  expect(await post('/api/dashboards/db', again)).toMatchObject({ status: 200, json: { version: 2 } });
  expect(json(await get('/api/search'))).toMatchObject([{ title: 'B' }]);
});

test('of a folder it does not take what is wrapped, or has a uid that another has, and says so', async () => {
  const { grafana } = await started({ dashboards: [{ dashboard: RIGHT }, RIGHT, { title: 'B', uid: 'a' }] });
  expect(grafana.refused).toEqual([
    'dashboard 1: Dashboard title cannot be empty',
    'B: the same UID is used more than once',
  ]);
});

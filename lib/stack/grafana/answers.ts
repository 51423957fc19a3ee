/**
 * What Grafana answers to the documented calls that `aragora-slo` makes: health, search, dashboards, datasources. Strict, and pure: any other
 * call fails, and is said. https://grafana.com/docs/grafana/latest/developers/http_api/
 */
import { isRecord, parsed } from '../sinks/sink.ts';
import type { DashboardStore, Stored } from './store.ts';

export interface GrafanaCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly authorization: string | undefined;
}

export interface GrafanaAnswer {
  readonly status: number;
  readonly json: unknown;
}

/** What is behind an answer that this file does not give itself. */
export type Answered =
  | GrafanaAnswer
  /** To be forwarded to the datasource: its path with what follows. */
  | { readonly forward: string }
  /** Not documented, or not in the form that is documented. */
  | { readonly unexpected: string };

export interface GrafanaState {
  readonly store: DashboardStore;
  readonly datasource: Datasource;
  readonly token: string | undefined;
  /** Whether Grafana can use its database. */
  readonly database: 'ok' | 'failing';
}

export interface Datasource {
  readonly uid: string;
  readonly name: string;
  readonly url: string;
}

/** Of a stand-in. The real one has the number of a release there. */
export const STAND_IN_VERSION = 'grafana-stand-in';

const NOT_FOUND = { status: 404, json: { message: 'Not found' } };
const UNAUTHORIZED = {
  status: 401,
  json: { extra: null, message: 'Unauthorized', messageId: 'auth.unauthorized', statusCode: 401, traceID: '' },
};

export function answerOf(call: GrafanaCall, state: GrafanaState): Answered {
  const { method, path } = call;
  if (method === 'GET' && path === '/api/health') return healthOf(state);
  if (state.token !== undefined && call.authorization !== `Bearer ${state.token}`) return UNAUTHORIZED;
  if (method === 'GET' && path === '/api/search') return search(call, state.store);
  if (method === 'POST' && path === '/api/dashboards/db') return save(call, state.store);
  if (method === 'GET' && path === '/api/datasources') return ok([described(state.datasource)]);
  const uid = /^\/api\/dashboards\/uid\/([^/]+)$/.exec(path)?.[1];
  if (method === 'GET' && uid !== undefined) return dashboard(decodeURIComponent(uid), state.store);
  return proxied(call, state.datasource) ?? { unexpected: `${method} ${path}` };
}

function healthOf({ database }: GrafanaState): GrafanaAnswer {
  return { status: database === 'ok' ? 200 : 503, json: { commit: 'none', database, version: STAND_IN_VERSION } };
}

function ok(json: unknown): GrafanaAnswer {
  return { status: 200, json };
}

const SEARCH_PARAMETERS = ['query', 'type', 'limit', 'page'];
const MOST_FOUND = 5000;

function search({ query }: GrafanaCall, store: DashboardStore): Answered {
  const strange = [...query.keys()].find((name) => !SEARCH_PARAMETERS.includes(name));
  if (strange !== undefined) return { unexpected: `GET /api/search?${strange}` };
  const [limit, page] = [Number(query.get('limit') ?? 1000), Number(query.get('page') ?? 1)];
  if (!(limit >= 1 && limit <= MOST_FOUND && page >= 1)) return { unexpected: `GET /api/search?${query}` };
  const type = query.get('type') ?? 'dash-db';
  const words = (query.get('query') ?? '').toLowerCase();
  const found = type === 'dash-db' ? store.all().filter(({ title }) => title.toLowerCase().includes(words)) : [];
  return ok(found.slice((page - 1) * limit, page * limit).map(hit));
}

function hit({ id, uid, title, tags }: Stored) {
  const url = urlOf({ uid, title });
  return { id, uid, title, uri: `db/${slug(title)}`, url, slug: '', type: 'dash-db', tags, isStarred: false };
}

function slug(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function urlOf({ uid, title }: Pick<Stored, 'uid' | 'title'>): string {
  return `/d/${uid}/${slug(title)}`;
}

function dashboard(uid: string, store: DashboardStore): GrafanaAnswer {
  const found = store.get(uid);
  if (found === undefined) return { status: 404, json: { message: 'Dashboard not found' } };
  const meta = { isStarred: false, slug: slug(found.title), url: urlOf(found), version: found.version, folderUid: '' };
  return ok({ dashboard: found.dashboard, meta });
}

/** As the guide imports a dashboard. */
function save({ body }: GrafanaCall, store: DashboardStore): Answered {
  const asked = parsed(body);
  if (!isRecord(asked)) return { status: 400, json: { message: 'bad request data' } };
  const saved = store.save(asked['dashboard'], asked['overwrite'] === true);
  if ('message' in saved) {
    const { status, message, reason } = saved;
    return { status, json: { message, ...(reason === undefined ? {} : { status: reason }) } };
  }
  const { id, uid, title, version } = saved;
  return ok({ id, uid, url: urlOf(saved), status: 'success', version, slug: slug(title) });
}

function described({ uid, name, url }: Datasource) {
  return {
    ...{ id: 1, uid, orgId: 1, name, type: 'prometheus', typeName: 'Prometheus', access: 'proxy', url },
    ...{ user: '', database: '', basicAuth: false, isDefault: true, readOnly: true },
    jsonData: { httpMethod: 'GET', timeInterval: '15s' },
  };
}

/** What Prometheus documents for reading. The real Grafana forwards any GET. */
const READING =
  /^\/api\/v1\/(query|query_range|labels|series|metadata|scrape_pools|label\/[^/]+\/values|status\/buildinfo)$/;

function proxied({ method, path, query }: GrafanaCall, { uid }: Datasource): Answered | null {
  const [, asked, route = ''] = /^\/api\/datasources\/proxy\/uid\/([^/]+)(\/.*)$/.exec(path) ?? [];
  if (asked === undefined) return null;
  if (asked !== uid) return NOT_FOUND;
  if (method !== 'GET' || !READING.test(route)) return { unexpected: `${method} ${path}` };
  return { forward: query.size === 0 ? route : `${route}?${query}` };
}

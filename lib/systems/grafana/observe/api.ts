/** Asks Grafana over its HTTP API, and reads its answers strictly. https://grafana.com/docs/grafana/latest/developers/http_api/ */
import type { HttpAccess } from '../../../http/access.ts';
import { fetchJson, type HttpFailure } from '../../../http/backend.ts';
import { send } from '../../../http/client.ts';

export interface GrafanaAccess extends HttpAccess {
  /** URL of its root. */
  readonly url: string;
  readonly signal?: AbortSignal | undefined;
}

export type Answer<T> = { readonly ok: true; readonly data: T } | HttpFailure;

export interface Health {
  readonly database: string;
  readonly version: string;
}

export interface Hit {
  readonly uid: string;
  readonly title: string;
}

export interface Datasource {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly isDefault: boolean;
  /** How often it scrapes, as it is configured; '' where nothing says so. */
  readonly timeInterval: string;
}

/** With 503 it says that it can't use its database. */
export async function health(access: GrafanaAccess): Promise<Answer<Health>> {
  const answer = await asked(access, '/api/health', healthIn);
  if (answer.ok || answer.status !== 503) return answer;
  const ill = await send(addressOf(access, '/api/health'), request(access));
  if ('trouble' in ill) return answer;
  const said = readOr(() => healthIn(JSON.parse(ill.text) as unknown));
  return said === null ? answer : { ok: true, data: said };
}

function healthIn(data: unknown): Health {
  const { database, version } = object(data);
  return { database: text(database, 'database'), version: typeof version === 'string' ? version : '' };
}

/** Its documented maximum. */
const PAGE_SIZE = 5000;

/** All dashboards that the account sees. */
export async function dashboards(access: GrafanaAccess): Promise<Answer<Hit[]>> {
  const all: Hit[] = [];
  for (let page = 1; ; page++) {
    const answer = await asked(access, `/api/search?type=dash-db&limit=${PAGE_SIZE}&page=${page}`, (data) =>
      list(data).map((one) => {
        const { uid, title } = object(one);
        return { uid: text(uid, 'uid'), title: text(title, 'title') };
      }),
    );
    if (!answer.ok) return answer;
    all.push(...answer.data);
    if (answer.data.length < PAGE_SIZE) return { ok: true, data: all };
  }
}

/** The dashboard itself, as it is written. */
export async function dashboard(access: GrafanaAccess, uid: string): Promise<Answer<unknown>> {
  return await asked(access, `/api/dashboards/uid/${encodeURIComponent(uid)}`, (data) => {
    const { dashboard } = object(data);
    return object(dashboard);
  });
}

export async function datasources(access: GrafanaAccess): Promise<Answer<Datasource[]>> {
  const answer = await asked(access, '/api/datasources', (data) =>
    list(data).map((one) => {
      const { uid, name, type, isDefault, jsonData } = object(one);
      const { timeInterval } = Object(jsonData) as { readonly timeInterval?: unknown };
      return {
        ...{ uid: text(uid, 'uid'), name: text(name, 'name'), type: text(type, 'type') },
        ...{ isDefault: isDefault === true, timeInterval: typeof timeInterval === 'string' ? timeInterval : '' },
      };
    }),
  );
  if (answer.ok || answer.status !== 403) return answer;
  return { ...answer, hint: 'the account of the token needs the right to read datasources (datasources:read)' };
}

/** Where a datasource is a Prometheus' API, for whoever may ask Grafana. */
export function proxyUrl({ url }: Pick<GrafanaAccess, 'url'>, uid: string): string {
  return `${root(url)}/api/datasources/proxy/uid/${encodeURIComponent(uid)}`;
}

const root = (url: string): string => url.replace(/\/+$/, '');

function addressOf({ url }: GrafanaAccess, path: string): URL {
  return new URL(root(url) + path);
}

function request({ auth, tls, signal }: GrafanaAccess) {
  return { auth, tls, ...(signal === undefined ? {} : { signal }) };
}

async function asked<T>(access: GrafanaAccess, path: string, read: (data: unknown) => T): Promise<Answer<T>> {
  const address = addressOf(access, path);
  const answer = await fetchJson(address, request(access));
  if (!answer.ok) return answer;
  try {
    return { ok: true, data: read(answer.data) };
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    const reason = `GET ${address.origin}${address.pathname} does not answer as Grafana does: ${error.message}`;
    return { ok: false, status: answer.status, reason, hint: 'is this the address of a Grafana?' };
  }
}

class Misshapen extends Error {}

function readOr<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Misshapen || error instanceof SyntaxError) return null;
    throw error;
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Misshapen(`expected an object, got ${shown(value)}`);
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Misshapen(`expected a list, got ${shown(value)}`);
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new Misshapen(`expected text as "${name}", got ${shown(value)}`);
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
}

/** Observes Grafana after the load: its health, which dashboards it has, and what each query of the documented ones returns. */
import type { Observation, Unavailable } from '../../../core/observation.ts';
import { unplaced } from '../../../core/placed.ts';
import { promisesOf } from '../../../core/telemetry-plan.ts';
import type { ObserveContext, Observer } from '../../../observe/observer.ts';
import type { OptionValues } from '../../../options/spec.ts';
import { type Dashboard, readDashboard } from '../../../rules/dashboard.ts';
import { isRefused } from '../../../rules/rule-file.ts';
import { plainTitle } from '../checks/check.ts';
import type { GrafanaObserved, Part, SeenDashboard } from '../observation.ts';
import type { GRAFANA_OPTIONS } from '../options.ts';
import type { GrafanaPromises } from '../promises.ts';
import { type Answer, dashboard, dashboards, datasources, type GrafanaAccess, type Hit, health } from './api.ts';
import { queriesOf } from './queries.ts';

/** A Grafana with thousands of dashboards need not be written down whole. */
const MOST_TITLES = 500;

export function observeGrafana(context: ObserveContext): Observer {
  const { grafana }: OptionValues<typeof GRAFANA_OPTIONS> = context.options;
  if (grafana === undefined) return { collect: async () => [] };
  const { access, signal, telemetry } = context;
  const asked = { ...access['grafana'], url: grafana, signal };
  const promises = promisesOf<GrafanaPromises>(telemetry, 'grafana');
  return { collect: async () => [], after: async () => [await observed(asked, promises)] };
}

async function observed(access: GrafanaAccess, promises: GrafanaPromises): Promise<Observation> {
  const well = await health(access);
  if (!well.ok) {
    const { reason, hint } = well;
    const unavailable: Unavailable<'grafana'> = {
      kind: 'grafana',
      status: 'unavailable',
      source: 'direct',
      reason,
      hint,
    };
    return unavailable;
  }
  const found = await dashboards(access);
  const seen: GrafanaObserved = {
    ...{ kind: 'grafana', status: 'collected', source: 'direct', url: access.url, ...well.data },
    titles: partOf(found, (hits) => kept(hits, promises)),
    dashboards: found.ok ? await documented(access, found.data, promises) : partOf(found, () => []),
  };
  return seen;
}

function partOf<T, R>(answer: Answer<T>, read: (data: T) => R): Part<R> {
  return answer.ok ? { ok: true, data: read(answer.data) } : { ok: false, reason: answer.reason, hint: answer.hint };
}

function isDocumented({ title }: Hit, promises: GrafanaPromises): boolean {
  return promises.dashboards.some(({ name }) => plainTitle(name) === plainTitle(title));
}

/** The documented ones first, so that they are never left out. */
function kept(hits: readonly Hit[], promises: GrafanaPromises): string[] {
  const own = hits.filter((hit) => isDocumented(hit, promises));
  const others = hits.filter((hit) => !own.includes(hit));
  return [...own, ...others].slice(0, MOST_TITLES).map(({ title }) => title);
}

async function documented(
  access: GrafanaAccess,
  hits: readonly Hit[],
  promises: GrafanaPromises,
): Promise<Part<readonly SeenDashboard[]>> {
  const sources = await datasources(access);
  const nowMs = Date.now();
  const seen: SeenDashboard[] = [];
  for (const hit of hits.filter((one) => isDocumented(one, promises))) {
    const read = await readAt(access, hit);
    if (!read.ok) return read;
    const queries: SeenDashboard['queries'] = sources.ok
      ? { ok: true, data: await queriesOf(read.data, { grafana: access, datasources: sources.data, nowMs }) }
      : partOf(sources, () => []);
    seen.push({ ...hit, dashboard: read.data, queries });
  }
  return { ok: true, data: seen };
}

/** A dashboard as Grafana gives it; its place is its address there. */
export async function readAt(access: GrafanaAccess, { uid, title }: Hit): Promise<Part<Dashboard>> {
  const answer = await dashboard(access, uid);
  if (!answer.ok) return { ok: false, reason: answer.reason, hint: answer.hint };
  const path = `/d/${uid}`;
  const written = Object(answer.data) as { readonly panels?: unknown; readonly rows?: unknown };
  // Grafana takes one that has no panel yet.
  const whole = written.panels === undefined && written.rows === undefined ? { ...written, panels: [] } : written;
  const read = readDashboard(path, [unplaced(whole)]);
  if (!isRefused(read)) return { ok: true, data: read };
  return { ok: false, reason: `the dashboard "${title}" can't be read: ${read.reason}`, hint: 'does Grafana show it?' };
}

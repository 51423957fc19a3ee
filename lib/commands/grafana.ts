/** The dashboards that a Grafana has, and the Prometheus that they ask, for the command `dashboards`. */
import { backendAccess } from '../config/backend-access.ts';
import { SloError } from '../core/error.ts';
import type { Dashboard } from '../rules/dashboard.ts';
import type { Part } from '../systems/grafana/observation.ts';
import { dashboards, datasources, type GrafanaAccess, proxyUrl } from '../systems/grafana/observe/api.ts';
import { readAt } from '../systems/grafana/observe/observer.ts';
import type { PrometheusAccess } from '../systems/metrics/observe/prometheus-api.ts';

function accessTo(grafana: string, signal: AbortSignal): GrafanaAccess {
  return { ...backendAccess(process.env, {})['grafana'], url: grafana, signal };
}

/** All that the account of the token sees. @throws SloError when it can't be asked, or has none. */
export async function dashboardsOf(grafana: string, signal: AbortSignal): Promise<readonly Dashboard[]> {
  const access = accessTo(grafana, signal);
  const hits = dataOf(await dashboards(access));
  if (hits.length === 0)
    throw new SloError('prerequisite-missing', `${grafana} shows no dashboard`, {
      hint: 'may the account of the token (ARAGORA_SLO_GRAFANA_TOKEN) see them?',
    });
  const all: Dashboard[] = [];
  for (const hit of hits) all.push(dataOf(await readAt(access, hit)));
  return all;
}

/** Its only Prometheus, asked by way of Grafana. @throws SloError when it has none, or several. */
export async function prometheusOf(grafana: string, signal: AbortSignal): Promise<PrometheusAccess> {
  const access = accessTo(grafana, signal);
  const all = dataOf(await datasources(access)).filter(({ type }) => /prometheus/i.test(type));
  const [only, ...more] = all;
  if (only !== undefined && more.length === 0) return { ...access, url: proxyUrl(access, only.uid) };
  const has = only === undefined ? 'no Prometheus' : `several Prometheus: ${all.map(({ name }) => name).join(', ')}`;
  throw new SloError('usage', `${grafana} has ${has}`, {
    hint: 'name what to judge against: --prometheus URL, --target URL or --metrics FILE',
  });
}

function dataOf<T>(answer: Part<T>): T {
  if (answer.ok) return answer.data;
  throw new SloError('target-unreachable', answer.reason, { hint: answer.hint });
}

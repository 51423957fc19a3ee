/** Observes the metrics of a run: scrapes the server itself, or asks the Prometheus that scrapes it. */

import { promisesOf } from '../../../core/telemetry-plan.ts';
import { type HttpAccess, withToken } from '../../../http/access.ts';
import type { ObserveContext, Observer, ReadAtServer } from '../../../observe/observer.ts';
import type { OptionValues } from '../../../options/spec.ts';
import { locationOf } from '../checks/series.ts';
import type { METRICS_OPTIONS } from '../options.ts';
import type { MetricPromises } from '../signals.ts';
import { startPrometheus } from './prometheus.ts';
import { type Scraping, startScraping } from './scrape.ts';

/** Gauges that go back once the load's work is done. */
const IDLE_GAUGES = ['aragora_active_debates', 'aragora_debates_active', 'aragora_websocket_connections'];

export async function observeMetrics(context: ObserveContext): Promise<Observer> {
  const { prometheus, prometheusJob, metrics }: OptionValues<typeof METRICS_OPTIONS> = context.options;
  const { signals, contract } = promisesOf<MetricPromises>(context.telemetry, 'metrics');
  const nameOf = (gauge: string): string => locationOf(contract, gauge).name;
  const idleGauges = [...new Set(IDLE_GAUGES.flatMap((gauge) => [gauge, nameOf(gauge)]))];
  const ownNames = Object.values(contract.locations).flatMap(({ name, isOwn }) => (isOwn === true ? [name] : []));
  const shared = { idleGauges, ownNames, queries: signals.queries, signal: context.signal };
  // The embedded target gives them itself, whoever else has them, too.
  const isDirect = prometheus === undefined || context.embedded;
  const scraping: Scraping[] = [];
  const read = (httpUrl: string): ReadAtServer => {
    const url = metrics ?? `${httpUrl}/metrics`;
    return { url, access: directAccess(context, url, httpUrl) };
  };
  const throughPrometheus = (url: string, targetUrl: string): Promise<Scraping> =>
    startPrometheus({ ...shared, url, targetUrl, job: prometheusJob, ...context.access['prometheus'] });
  const direct = (httpUrl: string): Promise<Scraping> => {
    const { url, access } = read(httpUrl);
    return startScraping({ ...shared, url, secrets: context.secrets, ...access });
  };
  return {
    ...(isDirect && { reads: read }),
    ...(prometheus !== undefined && { awaited: 'Prometheus to scrape the server once' }),
    begin: async (httpUrl) => {
      // It waits for a scrape, so the direct ones begin later: nothing before the load is theirs.
      if (prometheus !== undefined) scraping.push(await throughPrometheus(prometheus, httpUrl));
      if (isDirect) scraping.unshift(await direct(httpUrl));
    },
    collect: async () => Promise.all(scraping.map((one) => one.stop())),
  };
}

/** The server's own metrics may need the same token as the server, and the same authority. */
function directAccess({ access: { metrics }, token, tls }: ObserveContext, url: string, httpUrl: string): HttpAccess {
  if (new URL(url).origin !== new URL(httpUrl).origin) return metrics ?? {};
  const own = withToken(token, tls);
  const { auth = own.auth } = metrics ?? {};
  return { auth, tls: { ...own.tls, ...metrics?.tls, caPem: metrics?.tls?.caPem ?? own.tls?.caPem } };
}

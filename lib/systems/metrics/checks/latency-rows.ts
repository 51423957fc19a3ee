/** The server's latencies and the clients' side by side, endpoint by endpoint: means, percentiles, buckets. latency.ts judges them. */
import type { ComparedLatency } from '../../../core/comparison.ts';
import { msText } from '../../../core/numbers.ts';
import type { LatencyHistogram } from '../../../core/recording.ts';
import { type ClientCounts, clientCounts } from './clients.ts';
import type { MetricFacts } from './facts.ts';
import { isPath } from './path.ts';
import { type Histogram, histogramsOf, increaseOf, locationOf, merged } from './series.ts';

const PERCENTILES = [50, 95, 99] as const;
/** Precision of the clients' histograms: 4 significant digits, with a safety factor of ten. */
export const PRECISION = 1e-3;

export interface Compared {
  readonly counts: ClientCounts;
  readonly clients: LatencyHistogram;
  /** Sum over all samples, failed ones included. */
  readonly clientSumSec: number;
  /** Increases over the run; for one request, if each is counted several times. */
  readonly server: Histogram & { readonly count: number; readonly sum: number };
}

/** Means, percentiles and buckets of both sides, for the endpoints that both know. */
export function latencyRows(facts: MetricFacts): ComparedLatency[] {
  return compared(facts).map((one) => {
    const { counts, clients, clientSumSec, server } = one;
    return {
      endpoint: counts.endpoint,
      method: counts.method,
      path: counts.path,
      clientMeanMs: (clientSumSec / (counts.answered + counts.unsure)) * 1000,
      serverMeanMs: (server.sum / server.count) * 1000,
      percentiles: PERCENTILES.map((percentile) => {
        const us = clients.percentileUs(percentile);
        const bucket = bucketOf(server, percentile);
        const [fromMs, toMs] = [bucket.fromSec * 1000, bucket.toSec * 1000];
        const clientMs = us === null ? null : us / 1000;
        return {
          percentile,
          clientMs,
          serverFromMs: fromMs,
          serverToMs: Number.isFinite(toMs) ? toMs : null,
          explanation: fitText(clientMs, fromMs, toMs, facts.contract.clockSlackMs),
        };
      }),
      buckets: server.buckets.map(({ le, count }) => ({
        toMs: Number.isFinite(le) ? le * 1000 : null,
        share: Math.min(1, count / server.count),
      })),
    };
  });
}

/** The server times a request within the client's time, so only a server that is slower than its clients needs an explanation. */
function fitText(clientMs: number | null, fromMs: number, toMs: number, slackMs: number): string {
  if (clientMs === null) return 'clients got no answer';
  if (clientMs > toMs) return `${msText(clientMs - toMs)} above it: connecting, network, waiting`;
  if (clientMs > fromMs) return "in the server's bucket";
  return clientMs + slackMs + clientMs * PRECISION > fromMs
    ? `in the server's bucket, within the precision of the clocks (${msText(slackMs)})`
    : "the server's time is longer than clients waited";
}

/** The endpoints that both know. */
export function compared(facts: MetricFacts): Compared[] {
  const location = locationOf(facts.contract, facts.signals.requestDuration);
  const scrapes = facts.observed.atMs.length;
  const histograms = histogramsOf(facts.observed, location, (series) => increaseOf(series, scrapes));
  return clientCounts(facts).flatMap((counts) => {
    const recorded = facts.recording.endpoints.get(counts.endpoint);
    const own = histograms.filter(
      ({ labels }) => labels['method'] === counts.method && isPath(counts.path, labels['endpoint']),
    );
    const sum = merged(own);
    if (recorded === undefined || sum === null || sum.count === null || sum.sum === null || sum.count === 0) return [];
    const clientSumSec = recorded.seconds.reduce((total, { sumUs }) => total + sumUs, 0) / 1e6;
    const server = perRequest({ ...sum, count: sum.count, sum: sum.sum }, counts);
    return counts.answered === 0 ? [] : [{ counts, clients: recorded.total, clientSumSec, server }];
  });
}

/** If each request is counted several times, another check reports it; here durations are compared as if each were counted once. */
function perRequest(server: Compared['server'], { answered, unsure }: ClientCounts): Compared['server'] {
  const times = server.count / answered;
  if (unsure > 0 || !Number.isInteger(times) || times < 2) return server;
  const buckets = server.buckets.map(({ le, count }) => ({ le, count: count / times }));
  return { labels: server.labels, buckets, count: server.count / times, sum: server.sum / times };
}

function bucketOf({ buckets, count }: Compared['server'], percentile: number): { fromSec: number; toSec: number } {
  const rank = Math.ceil((percentile / 100) * count - 1e-9);
  const index = buckets.findIndex((bucket) => bucket.count >= rank);
  return { fromSec: buckets[index - 1]?.le ?? 0, toSec: buckets[index]?.le ?? Infinity };
}

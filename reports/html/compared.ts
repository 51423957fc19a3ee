/** The data for a comparison's plot: the clients' latency and the server's bucket at each percentile. */
import type { ComparedLatency } from '../../lib/core/comparison.ts';
import type { EndpointRecording } from '../../lib/core/recording.ts';
import type { ComparedData } from './chart-data.ts';
import { spectrum } from './series.ts';

/** At each percentile of the clients' spectrum and each edge between the server's buckets. Empty when nothing was answered. */
export function compared(recording: EndpointRecording, { buckets }: ComparedLatency): ComparedData {
  const clients = spectrum(recording, []);
  const edges = buckets.map(({ share }) => share * 100).filter((percentile) => percentile > 0);
  const last = clients.percentiles.at(-1) ?? 0;
  const percentiles = [...new Set([...clients.percentiles, ...edges.filter((edge) => edge < last)])].sort(
    (a, b) => a - b,
  );
  const bucketAt = (percentile: number): number => {
    const at = buckets.findIndex(({ share }) => share * 100 >= percentile - 1e-9);
    return at === -1 ? buckets.length - 1 : at;
  };
  return {
    kind: 'compared',
    percentiles,
    clientMs: percentiles.map((percentile) => {
      const at = clients.percentiles.findIndex((one) => one >= percentile);
      return clients.latencyMs[at] ?? null;
    }),
    serverFromMs: percentiles.map((percentile) => buckets[bucketAt(percentile) - 1]?.toMs ?? 0),
    serverToMs: percentiles.map((percentile) => buckets[bucketAt(percentile)]?.toMs ?? null),
  };
}

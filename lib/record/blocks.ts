/** Cuts a recording into blocks of seconds. */
import type { EndpointBlocks, LatencyBlock } from '../core/latency-blocks.ts';
import { type EndpointSecond, failedCount, type Recording } from '../core/recording.ts';

/**
 * All endpoints share one time axis: the whole seconds from the recording's first to its last, in at most `mostBlocks` blocks of equal
 * length. The last block may be shorter. [] for a recording without samples.
 */
export function blocksOf(recording: Recording, mostBlocks: number): EndpointBlocks[] {
  const all = [...recording.endpoints.values()];
  const seconds = all.flatMap((endpoint) => endpoint.seconds.map(({ second }) => second));
  if (seconds.length === 0) return [];
  const first = seconds.reduce((least, second) => Math.min(least, second));
  const last = seconds.reduce((most, second) => Math.max(most, second));
  const blockSec = Math.ceil((last - first + 1) / mostBlocks);
  const blocks = Math.ceil((last - first + 1) / blockSec);
  return all.map(({ endpoint, seconds }) => {
    const parts: EndpointSecond[][] = Array.from({ length: blocks }, () => []);
    for (const second of seconds) parts[Math.floor((second.second - first) / blockSec)]?.push(second);
    return { endpoint, blockSec, blocks: parts.map(blockOf) };
  });
}

function blockOf(seconds: readonly EndpointSecond[]): LatencyBlock {
  const counted = new Map<number, number>();
  let failed = 0;
  let dropped = 0;
  for (const second of seconds) {
    for (const { valueUs, count } of second.histogram.buckets()) {
      counted.set(valueUs, (counted.get(valueUs) ?? 0) + count);
    }
    failed += failedCount(second.failed);
    dropped += second.dropped;
  }
  const buckets = [...counted].sort(([a], [b]) => a - b);
  return { valuesUs: buckets.map(([valueUs]) => valueUs), counts: buckets.map(([, count]) => count), failed, dropped };
}

/**
 * The format of recording.hlog: the standard HdrHistogram interval log (format 1.3). Tag = endpoint, times in Unix seconds, histograms in
 * µs, the column of maxima in ms. A second may have several lines; they add up (older versions wrote one for each record). Format: https://github.com/HdrHistogram/HdrHistogram,
 * `HistogramLogWriter`.
 */
import type { Recording } from '../core/recording.ts';
import { bucketsOf, highestUs } from './buckets.ts';
import { EncodedHistogram, mergedHistogram } from './histogram.ts';

/** Encoded histograms by endpoint and second. */
export type HlogParts = Map<string, Map<number, string[]>>;

const LINE = /^Tag=([^,\s]+),(\d+)\.000,1\.000,\d+\.\d{3},(\S+)$/;

export function formatHlog(recording: Recording): string {
  const lines = [...recording.endpoints.values()].flatMap(({ endpoint, seconds }) =>
    seconds.flatMap(({ second, histogram }) =>
      encodedParts(histogram).map((part) => ({ second, text: hlogLine(endpoint, second, part) })),
    ),
  );
  lines.sort((a, b) => a.second - b.second);
  const startSec = lines[0]?.second ?? 0;
  return [
    '#[Latencies in microseconds, Interval_Max in milliseconds, tag = endpoint]',
    '#[Histogram log format version 1.3]',
    `#[StartTime: ${startSec}.000 (seconds since epoch), ${new Date(startSec * 1000).toISOString()}]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ...lines.map(({ text }) => text),
    '',
  ].join('\n');
}

/** Throws RangeError with the number of the first line that is not valid. */
export function parseHlog(text: string): HlogParts {
  const parts: HlogParts = new Map();
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new RangeError('its last line is cut');
  for (const [at, line] of lines.entries()) {
    if (line.startsWith('#') || line.startsWith('"')) continue;
    const [, endpoint, second, part] = LINE.exec(line) ?? [];
    if (endpoint === undefined || part === undefined)
      throw new RangeError(`line ${at + 1} is not an interval of a histogram log`);
    const seconds = parts.get(endpoint) ?? new Map<number, string[]>();
    parts.set(endpoint, seconds);
    seconds.set(Number(second), [...(seconds.get(Number(second)) ?? []), part]);
  }
  return parts;
}

function hlogLine(endpoint: string, second: number, part: string): string {
  const { indexes, length } = bucketsOf(part);
  const maxUs = length === 0 ? 0 : highestUs(indexes[length - 1] ?? 0);
  return `Tag=${endpoint},${second}.000,1.000,${(maxUs / 1000).toFixed(3)},${part}`;
}

function encodedParts(histogram: unknown): readonly string[] {
  if (!(histogram instanceof EncodedHistogram))
    throw new TypeError('only a recording made by lib/record can be written');
  // Engines need not compress theirs, other readers of this format expect it.
  return histogram.parts.length === 0 ? [] : [mergedHistogram(histogram.parts)];
}

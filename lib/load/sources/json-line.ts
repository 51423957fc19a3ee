/**
 * Reads one line of stock k6's `--out json` by position. The fields always come in one order (k6 writes a Go struct), so only the text that
 * differs between lines is looked at. Format: go.k6.io/k6/v2 v2.2.0, internal/output/json/wrapper.go.
 */
import { LATENCY_METRIC } from '../../core/engine-protocol.ts';
import type { SampleTime } from './seconds.ts';

/** `vus` comes once per second whatever the load does, so it shows the time. */
const METRICS = [LATENCY_METRIC, 'iterations', 'dropped_iterations', 'vus'] as const;
export type PointMetric = (typeof METRICS)[number];

export interface Point {
  readonly metric: PointMetric;
  readonly at: SampleTime;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const METRIC_AT = '{"metric":"'.length;
/** How a line that we need begins, by the first letter of its metric. Most lines are not needed, and this is enough to see it. */
const HEADS = new Map(
  METRICS.map((metric) => [
    metric.charCodeAt(0),
    { metric, head: `{"metric":"${metric}","type":"Point","data":{"time":"` },
  ]),
);
const NONE: Readonly<Record<string, string>> = {};
const SECONDS_LENGTH = 'YYYY-MM-DDTHH:MM:SS'.length;
const METADATA = ',"metadata":';
const CLOSING = '}}';
const MAX_CACHED_TAGS = 4096;

export class JsonLineReader {
  // The tags of a sample are one of few texts, and its second is mostly that of the line before.
  readonly #tags = new Map<string, Readonly<Record<string, string>>>();
  #time = { text: '', zone: '', second: 0 };

  /** The point in `text` from `start` up to `end`; undefined for lines that we don't need. Throws RangeError for a line that is not k6 JSON. */
  read(text: string, start: number, end: number): Point | undefined {
    if (text.charCodeAt(end - 1) !== 0x7d || !text.startsWith('{"', start))
      throw new RangeError('not a line of k6 JSON');
    const known = HEADS.get(text.charCodeAt(start + METRIC_AT));
    if (known === undefined || !text.startsWith(known.head, start)) return undefined;

    const timeStart = start + known.head.length;
    const timeEnd = text.indexOf('"', timeStart);
    const valueStart = timeEnd + '","value":'.length;
    const valueEnd = text.indexOf(',', valueStart);
    const tagsStart = valueEnd + ',"tags":'.length;
    if (tagsStart >= end || !text.startsWith('","value":', timeEnd) || !text.startsWith(',"tags":', valueEnd)) {
      throw new RangeError('not a point of k6 JSON');
    }
    const value = Number(text.slice(valueStart, valueEnd));
    if (!Number.isFinite(value)) throw new RangeError('a value that is not a number');
    return {
      metric: known.metric,
      at: this.#timeAt(text, timeStart, timeEnd),
      value,
      ...this.#labels(text, start, tagsStart, end),
    };
  }

  /** RFC 3339 with up to nine decimals. */
  #timeAt(text: string, start: number, end: number): SampleTime {
    let position = start + SECONDS_LENGTH;
    let us = 0;
    if (text.charCodeAt(position) === 0x2e) {
      position += 1;
      for (let scale = 100_000; isDigit(text.charCodeAt(position)); scale /= 10, position += 1) {
        if (scale >= 1) us += (text.charCodeAt(position) - 0x30) * scale;
      }
    }
    const { text: lastText, zone: lastZone } = this.#time;
    const same =
      lastText !== '' &&
      text.startsWith(lastText, start) &&
      end - position === lastZone.length &&
      text.startsWith(lastZone, position);
    if (!same) this.#time = parseSecond(text.slice(start, start + SECONDS_LENGTH), text.slice(position, end));
    return { second: this.#time.second, us };
  }

  #labels(text: string, start: number, tagsStart: number, end: number): Pick<Point, 'tags' | 'metadata'> {
    const tagsEnd = text.indexOf('}', tagsStart) + 1;
    const tagsText = text.slice(tagsStart, tagsEnd);
    const known = this.#tags.get(tagsText);
    if (known === undefined) return this.#newLabels(tagsText, text.slice(start, end));
    if (tagsEnd + CLOSING.length === end) return { tags: known, metadata: NONE };
    if (!text.startsWith(METADATA, tagsEnd)) throw new RangeError('not a point of k6 JSON');
    return { tags: known, metadata: JSON.parse(text.slice(tagsEnd + METADATA.length, end - CLOSING.length)) };
  }

  #newLabels(tagsText: string, line: string): Pick<Point, 'tags' | 'metadata'> {
    const { data } = JSON.parse(line);
    const { tags = NONE, metadata = NONE } = data;
    // A brace inside a tag ends the text too early. Such a text must not be cached as the tags.
    const whole = !JSON.stringify(tags).slice(0, -1).includes('}');
    if (this.#tags.size >= MAX_CACHED_TAGS) this.#tags.clear();
    if (whole) this.#tags.set(tagsText, tags);
    return { tags, metadata };
  }
}

function parseSecond(text: string, zone: string): { text: string; zone: string; second: number } {
  const second = Date.parse(`${text}${zone}`) / 1000;
  if (!Number.isSafeInteger(second) || zone === '') throw new RangeError('a text that is not a time');
  return { text, zone, second };
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Innocents that answer the path without a slash at its end with a redirect to the path with one: two requests for each that a client made. */
import type { Exposition } from '../../lib/target/metrics.ts';
import type { ReadableSpan } from '../../lib/target/tracing.ts';
import { sampleText, withSamples } from './exposition.ts';
import type { TapeInnocent } from './innocent.ts';
import { eachLine, iso, timeOfLine } from './lines.ts';
import { continues, every, isRequest, laterMs, like, newSpanId, newTraceId } from './spans.ts';

const PATH = '/api/debates';
const SLASHED = `${PATH}/`;
/** The redirect takes so long. */
const TOOK_SEC = 0.0001;

function withRedirects(status: string) {
  return (right: Exposition): Exposition =>
    withSamples(right, (one) => {
      const { endpoint, le, status: _, ...others } = one.labels;
      if (endpoint !== PATH) return [one];
      const answered = { ...one, labels: { ...one.labels, endpoint: SLASHED } };
      const all = le === undefined ? one.value : countOf(right, others);
      const value = one.name.endsWith('_sum') ? TOOK_SEC * countOf(right, others) : all;
      const labels = { ...one.labels, ...('status' in one.labels && { status }) };
      return [{ ...one, labels, value }, answered];
    });
}

/** How many requests of the path with these labels were timed. */
function countOf({ body }: Exposition, { method }: Readonly<Record<string, string>>): number {
  const begin = sampleText({
    name: 'aragora_request_duration_seconds_count',
    labels: { method: method ?? '', endpoint: PATH },
    value: 0,
  }).replace(/0$/, '');
  const line = body.split('\n').find((one) => one.startsWith(begin));
  return Number(line?.slice(begin.length) ?? 0);
}

function spansOf(status: number) {
  return every((span: ReadableSpan) => {
    if (!isRequest(span) || span.attributes['path'] !== PATH) return [span];
    const redirect = like(span, {
      spanId: newSpanId(),
      attributes: { ...span.attributes, status },
      startTime: laterMs(span.startTime, -1),
      endTime: laterMs(span.startTime, -1 + 1000 * TOOK_SEC),
    });
    const own = { traceId: newTraceId(), parentSpanId: null };
    // What no client's trace leads to begins a trace each time, and of these one in ten is recorded.
    return [
      continues(span) ? redirect : like(redirect, own),
      like(span, { attributes: { ...span.attributes, path: SLASHED } }),
    ];
  });
}

function linesOf(status: number) {
  return eachLine((line) => {
    if (line['path'] !== PATH) return [line];
    const timestamp = iso(timeOfLine(line) - 1);
    return [
      { ...line, timestamp, status, duration_ms: 1000 * TOOK_SEC },
      { ...line, path: SLASHED },
    ];
  });
}

export const OF_REDIRECTS: readonly TapeInnocent[] = [307, 308].map((status) => ({
  name: `a slash at the end that is added by a redirect with ${status}`,
  because: 'frameworks do so, and clients follow',
  others: true,
  tape: { exposition: () => withRedirects(String(status)), ...spansOf(status), ...linesOf(status) },
}));

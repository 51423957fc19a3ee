/** The times that a dashboard's queries are about, as Grafana computes them. Pure. */
import { durationMs } from '../../../promql/duration.ts';

export interface Times {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  /** Grafana's own variables. */
  readonly variables: ReadonlyMap<string, string>;
}

const HOUR_MS = 3_600_000;
/** Where a dashboard says nothing. */
const USUAL_MS = 6 * HOUR_MS;
/** Nobody is asked for more. */
const LONGEST_MS = 24 * HOUR_MS;
/** Grafana draws about so many points. */
const POINTS = 500;
const USUAL_SCRAPE_MS = 15_000;

/** @param from as a dashboard says it: `now-6h`. @param scrapeInterval as a datasource says it: `15s`, or ''. */
export function timesOf(from: string, scrapeInterval: string, nowMs: number): Times {
  const rangeMs = Math.min(LONGEST_MS, sinceMs(from));
  const scrapeMs = durationMs(scrapeInterval) || USUAL_SCRAPE_MS;
  const stepMs = Math.max(scrapeMs, Math.ceil(rangeMs / POINTS / 1000) * 1000);
  const rateMs = Math.max(stepMs + scrapeMs, 4 * scrapeMs);
  const startMs = nowMs - Math.floor(rangeMs / stepMs) * stepMs;
  const variables = new Map([
    ...named('__interval', stepMs),
    ...named('__rate_interval', rateMs),
    ...named('__range', rangeMs),
    ['__from', String(nowMs - rangeMs)] as const,
    ['__to', String(nowMs)] as const,
  ]);
  return { startMs, endMs: nowMs, stepMs, variables };
}

function named(name: string, ms: number): (readonly [string, string])[] {
  const sec = Math.round(ms / 1000);
  return [
    [name, ms % 1000 === 0 ? `${sec}s` : `${ms}ms`],
    [`${name}_s`, String(sec)],
    [`${name}_ms`, String(ms)],
  ];
}

/** `now-6h`, also with a rounding behind it: `now-1d/d`. */
function sinceMs(from: string): number {
  const [, amount] = /^now-(\d+[smhdwy])(?:\/\w)?$/.exec(from) ?? [];
  return (amount === undefined ? null : durationMs(amount)) ?? USUAL_MS;
}

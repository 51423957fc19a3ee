/** Reads what blackbox_exporter probed from the Prometheus that scrapes it: each probe since the last whole hour, and sums of the month before. */
import type { HttpFailure } from '../../../http/backend.ts';
import { matrix, type PrometheusAccess, type RawSeries, rawSamples } from '../../metrics/observe/prometheus-api.ts';
import type { HourOfPings, Ping, SeenMonitor } from '../observation.ts';
import { addressOf } from './monitored.ts';

const HOUR_MS = 3_600_000;
const HALF_HOUR_MS = HOUR_MS / 2;
/** The guide counts its error budget by the month. */
const DAYS = 30;
/** Where Prometheus' configuration for blackbox_exporter puts what is probed, the usual one first. */
const URL_LABELS = ['instance', 'target', 'url'];

export interface ProbesAsked extends PrometheusAccess {
  /** The server under load. */
  readonly target: string;
  /** Of the load, Unix ms. */
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** Whether this one is of interest. */
  readonly isWanted: (monitor: SeenMonitor) => boolean;
}

export type MonitorsRead = { readonly ok: true; readonly monitors: readonly SeenMonitor[] } | HttpFailure;

export async function readProbes(asked: ProbesAsked): Promise<MonitorsRead> {
  const edgeMs = Math.floor(Math.min(asked.startedAtMs, asked.nowMs - HALF_HOUR_MS) / HOUR_MS) * HOUR_MS;
  const selector = '{__name__=~"probe_success|probe_duration_seconds"}';
  const recent = await rawSamples(asked, selector, asked.nowMs, asked.nowMs - edgeMs);
  if (!recent.ok) return recent;
  const durations = new Map(
    recent.data.filter(({ name }) => name === 'probe_duration_seconds').map((one) => [keyOf(one), tookMs(one)]),
  );
  const successes = recent.data.filter(({ name }) => name === 'probe_success');
  if (successes.length === 0) return none(asked);
  const monitors: SeenMonitor[] = [];
  for (const series of successes) {
    const pings = pingsOf(series, durations.get(keyOf(series)));
    const monitor = { ...namesOf(series, asked.target), pings, hours: [] };
    if (!asked.isWanted(monitor)) continue;
    const hours = await hoursOf(asked, series, edgeMs);
    if (!hours.ok) return hours;
    monitors.push({ ...monitor, hours: hours.hours });
  }
  return { ok: true, monitors };
}

function none({ url }: ProbesAsked): HttpFailure {
  return {
    ok: false,
    status: null,
    reason: `the Prometheus at ${new URL(url).host} has no probe_success of the last hour`,
    hint: 'does it scrape blackbox_exporter, at /probe?',
  };
}

function namesOf({ labels }: RawSeries, target: string): Omit<SeenMonitor, 'pings' | 'hours'> {
  const probed = URL_LABELS.flatMap((label) => labels[label] ?? []);
  const url = probed.find((one) => addressOf(one, target).url !== null) ?? null;
  return { name: labels['name'] ?? labels['monitor'] ?? url ?? probed[0] ?? '', ...addressOf(url, target) };
}

function pingsOf({ samples }: RawSeries, took: ReadonlyMap<number, number> = new Map()): Ping[] {
  return samples.map(([atSec, value]) => ({
    atMs: Math.round(atSec * 1000),
    outcome: value === '1' ? 'up' : 'down',
    tookMs: took.get(atSec) ?? null,
  }));
}

function tookMs({ samples }: RawSeries): ReadonlyMap<number, number> {
  return new Map(samples.map(([atSec, value]) => [atSec, Number(value) * 1000]));
}

function keyOf({ labels }: RawSeries): string {
  return JSON.stringify(Object.entries(labels).sort());
}

/** The whole hours before `edgeMs`. */
async function hoursOf(
  asked: ProbesAsked,
  { labels }: RawSeries,
  edgeMs: number,
): Promise<{ readonly ok: true; readonly hours: readonly HourOfPings[] } | HttpFailure> {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const hourly = `(probe_success{${matchers.join(',')}}[1h])[${DAYS}d:1h]`;
  const counted = await matrix(asked, `count_over_time${hourly}`, edgeMs);
  if (!counted.ok) return counted;
  const summed = await matrix(asked, `sum_over_time${hourly}`, edgeMs);
  if (!summed.ok) return summed;
  const good = new Map(summed.data.flatMap(({ samples }) => samples));
  const hours = counted.data
    .flatMap(({ samples }) => samples)
    .map(([atSec, pings]) => ({
      untilMs: atSec * 1000,
      pings: Number(pings),
      failed: Number(pings) - Number(good.get(atSec) ?? 0),
    }));
  return { ok: true, hours };
}

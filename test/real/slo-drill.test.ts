/**
 * The page of `slo rules` in a real Prometheus with a fast clock: silent for an hour of a healthy server, then fired at the time by theory
 * when the server itself answers 500 to some requests, and over once it is well. All times are Prometheus' own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heldRate } from '../../lib/drill/embedded/rate.ts';
import { type DrilledServer, startServer } from '../../lib/drill/embedded/server.ts';
import { type Load, startLoad } from '../../lib/drill/load.ts';
import { detectionSec, thresholdOf, WINDOW_SEC } from '../../lib/slo/model/burn.ts';
import { noFastClock } from '../../lib/stack/fast-clock.ts';
import type { Backend } from '../../lib/stack/process.ts';
import { runPrometheus } from '../../lib/stack/prometheus.ts';
import type { Patch } from '../../lib/target/behaviour.ts';
import { cleanUp, file, tempDir } from '../cli/support/cli.ts';
import { runHere } from '../cli/support/here.ts';
import { healthSlo } from '../support/health-slo.ts';
import { upSlo } from '../support/slo-series.ts';

const SCRAPE_SEC = 15;
const EVALUATION_SEC = 15;
const SCRAPE_TIMEOUT_SEC = 10;
const THRESHOLD = thresholdOf(14.4, 0.001);
const PAGE = { severity: 'page', long: '1h', short: '5m', spent: 0.02 } as const;
/** Of the answers, in the fault. */
const FAILED_SHARE = 0.06;
const HEALTH_PER_SEC = 60;
const FASTEST = 300;
const WAIT_MS = 600_000;

interface Sample {
  readonly sec: number;
  readonly value: number;
}

interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

let server: DrilledServer;
let load: Load;
let prometheus: Backend;
let clockRate: number;
let slos: string;

async function asked<Data>(path: string): Promise<Data> {
  const answer = await fetch(`${prometheus.url}/api/v1/${path}`);
  const { data } = (await answer.json()) as { readonly data: Data };
  return data;
}

async function query(expr: string, atSec?: number): Promise<readonly Result[]> {
  const time = atSec === undefined ? '' : `&time=${atSec}`;
  return (await asked<{ readonly result: Result[] }>(`query?query=${encodeURIComponent(expr)}${time}`)).result;
}

/** The value of the one series; null without any. */
async function figure(expr: string, atSec?: number): Promise<number | null> {
  const [one] = await query(expr, atSec);
  return one?.value === undefined ? null : Number(one.value[1]);
}

/** As it was scraped or recorded in the last hours. */
async function samples(selector: string): Promise<Sample[]> {
  const [one] = await query(`${selector}[4h]`);
  return (one?.values ?? []).map(([sec, value]) => ({ sec, value: Number(value) }));
}

const FIRING = 'ALERTS{slo="up.1",window="1h",alertstate="firing"}';
const FAILED = 'aragora_requests_total{endpoint="/api/health",status="500"}';
const ALL = 'aragora_requests_total{method="GET",endpoint="/api/health"}';

const spanSec = (all: readonly Sample[]): number => (all.at(-1)?.sec ?? 0) - (all[0]?.sec ?? 0);

beforeAll(async () => {
  if (noFastClock() !== null) return;
  const { signal } = new AbortController();
  const onProgress = (line: string): void => console.log(line);
  slos = file(tempDir(), 'slo.yaml', JSON.stringify([upSlo(0.999), healthSlo('second', 1000, 0.999)]));
  const { stdout, stderr } = await runHere(['slo', 'rules', slos]);
  expect(stderr).toBe('8 alerts for 2 objectives\n');
  server = await startServer(signal);
  await failOnce();
  clockRate = await heldRate(FASTEST, {
    isAsked: false,
    scrapeTimeoutSec: SCRAPE_TIMEOUT_SEC,
    server,
    onProgress,
    signal,
  });
  load = startLoad(server.httpUrl, { healthPerSec: HEALTH_PER_SEC, debatesPerSec: 0.5 });
  const config = {
    global: { scrape_interval: `${SCRAPE_SEC}s`, evaluation_interval: `${EVALUATION_SEC}s` },
    rule_files: ['slo.yml'],
    scrape_configs: [{ job_name: 'aragora', static_configs: [{ targets: [new URL(server.httpUrl).host] }] }],
  };
  prometheus = await runPrometheus({
    config: JSON.stringify(config),
    files: { 'slo.yml': stdout },
    clockRate,
    onProgress,
  });
}, 900_000);

const failing = (share: number): Patch => ({
  http: [{ route: 'health', kind: 'status', status: 500, pick: { share } }],
});

/** Prometheus counts from a series' first sample on, so without this one the first failure would not count. */
async function failOnce(): Promise<void> {
  await server.change(failing(1));
  await (await fetch(`${server.httpUrl}/api/health`)).arrayBuffer();
  await server.change({});
}

afterAll(async () => {
  await load?.stop();
  await Promise.all([prometheus?.stop(), server?.stop()]);
  cleanUp();
});

/** Looks often, because time is short for Prometheus. */
async function come(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + WAIT_MS;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`in ${WAIT_MS / 1000} s it did not come to: ${what}`);
    await sleep(100);
  }
}

describe.runIf(noFastClock() === null)('the page of an hour', { timeout: 4 * WAIT_MS }, () => {
  test('is silent for an hour of a healthy server', async () => {
    await come('an hour', async () => spanSec(await samples('up{job="aragora"}')) > WINDOW_SEC['1h'] + 4 * SCRAPE_SEC);
    expect(await query('count_over_time(ALERTS[4h])')).toEqual([]);
    expect(await figure('slo:bad_requests:ratio_rate1h{slo="up.1"}')).toBe(0);
    const again = await runHere(['slo', 'rules', slos, '--prometheus', prometheus.url]);
    expect([again.exitCode, again.stderr]).toEqual([0, '8 alerts for 2 objectives\n']);
    // The limit of 1 s is a bucket in this Prometheus, too.
    expect(await figure('slo:bad_requests:ratio_rate1h{slo="second.1"}')).toBeLessThan(0.5);
  });

  test('fires when its budget burns, at the time by theory', async () => {
    await server.change(failing(FAILED_SHARE));
    await come('firing', async () => (await query(FIRING)).length > 0);
    const [firing, failed] = [await samples(FIRING), await samples(FAILED)];
    const firedSec = firing[0]?.sec ?? 0;
    const burning = failed.filter(({ sec, value }) => sec <= firedSec && value > 1);
    const firstSec = failed.findLast(({ value }) => value === 1)?.sec ?? 0;
    const perSec = ((burning.at(-1)?.value ?? 1) - 1) / ((burning.at(-1)?.sec ?? 0) - firstSec);
    const ofAnHour = (await figure(`sum(increase(${ALL}[1h]))`, firedSec)) ?? 0;
    const theorySec = detectionSec(PAGE, THRESHOLD, (perSec * WINDOW_SEC['1h']) / ofAnHour);
    const tookSec = firedSec - firstSec;
    // Failures are whole ones: the one that decides comes up to the time between two of them later.
    const marginSec = 2 * longestGapSec(await samples('up{job="aragora"}')) + 2 * EVALUATION_SEC + 1 / perSec;
    console.log(
      `FIRED  ${Math.round(tookSec)} s after the first 500, by theory ${Math.round(theorySec)} s ± ${Math.round(marginSec)} s (clock ×${clockRate})`,
    );
    expect(Math.abs(tookSec - theorySec)).toBeLessThanOrEqual(marginSec);
    const { alerts } = await asked<{ readonly alerts: readonly { readonly annotations: { description: string } }[] }>(
      'alerts',
    );
    const words = alerts.map(({ annotations }) => annotations.description);
    expect(words).toContainEqual(expect.stringMatching(/^\d[\d.]*% of the requests in the last 1h were bad \(/));
  });

  test('is over once the short window is good again', async () => {
    await server.change({});
    await come('silence', async () => (await query(FIRING)).length === 0);
    const [firing, failed] = [await samples(FIRING), await samples(FAILED)];
    const last = failed.at(-1)?.value ?? 0;
    const healedSec = failed.find(({ value }) => value === last)?.sec ?? 0;
    const marginSec = 2 * longestGapSec(await samples('up{job="aragora"}')) + 2 * EVALUATION_SEC;
    expect((firing.at(-1)?.sec ?? 0) - healedSec).toBeLessThanOrEqual(WINDOW_SEC['5m'] + marginSec);
  });
});

/** What a slow machine stretches is part of the bound. */
function longestGapSec(all: readonly Sample[]): number {
  return Math.max(SCRAPE_SEC, ...all.slice(1).map(({ sec }, at) => sec - (all[at]?.sec ?? sec)));
}

/** The server's targets in a Prometheus: which they are, and when each has been scraped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { mostOf } from '../../../core/extent.ts';
import type { HttpFailure } from '../../../http/backend.ts';
import { type ActiveTarget, activeTargets, type PrometheusAccess } from './prometheus-api.ts';

export interface TargetsOptions extends PrometheusAccess {
  /** The server under load, for example `http://127.0.0.1:8080`: the targets with its host and port are the server's. */
  readonly targetUrl: string;
  /** Takes the targets of this job instead, if Prometheus reaches the server under another address. */
  readonly job?: string | undefined;
  /** How long one scrape by Prometheus is waited for; default its own interval plus 5 s. */
  readonly waitMs?: number;
}

export type Failed = Pick<HttpFailure, 'reason' | 'hint'>;

const MARGIN_MS = 5000;
/** Prometheus' own default, used if it does not say the target's. */
const INTERVAL_MS = 60_000;
const POLL_MS = 200;
/** Clocks may differ by this much. */
const AHEAD_MS = 1000;
/** A Prometheus that has just started has no targets until its discovery has run, every 5 s. */
const DISCOVERY_MS = 10_000;

type Scraped = { readonly ok: true; readonly targets: readonly ActiveTarget[] } | ({ readonly ok: false } & Failed);

/** The server's targets once each has been scraped after `sinceMs`. */
export async function nextScrape(options: TargetsOptions, sinceMs: number): Promise<Scraped> {
  const { signal } = options;
  const pause = () => sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  const startMs = Date.now();
  let knownMs: number | undefined;
  for (;;) {
    const answer = await activeTargets(options);
    if (!answer.ok) return answer;
    if (answer.data.length === 0 && Date.now() - startMs < (options.waitMs ?? DISCOVERY_MS)) {
      await pause();
      continue;
    }
    const targets = targetsOf(options, answer.data);
    if (targets.length === 0) return noTarget(options, answer.data);
    knownMs ??= Date.now();
    const ahead = targets.find(({ lastScrapeMs }) => lastScrapeMs > Date.now() + AHEAD_MS);
    if (ahead !== undefined) return clockAhead(options, ahead.lastScrapeMs - Date.now());
    const down = targets.find(({ health, lastScrapeMs }) => health === 'down' && lastScrapeMs > sinceMs);
    if (down !== undefined) {
      const reason = `Prometheus cannot scrape ${down.scrapeUrl}: ${down.lastError}`;
      return { ok: false, reason, hint: 'can Prometheus reach the server, and is that its metrics address?' };
    }
    if (targets.every(({ lastScrapeMs }) => lastScrapeMs > sinceMs)) return { ok: true, targets };
    const intervalMs = mostOf(targets.map((target) => target.intervalMs ?? INTERVAL_MS));
    if (Date.now() >= Math.max(sinceMs, knownMs) + (options.waitMs ?? intervalMs + MARGIN_MS)) {
      const waitedSec = Math.round((Date.now() - sinceMs) / 1000);
      const reason = `Prometheus did not scrape ${targets[0]?.scrapeUrl} within ${waitedSec} s`;
      return { ok: false, reason, hint: 'does its clock agree with ours, and is it overloaded?' };
    }
    await pause();
  }
}

/** Its clock decides which scrape came after the load, so it must agree with ours. */
function clockAhead({ url }: TargetsOptions, aheadMs: number): { ok: false } & Failed {
  const reason = `the Prometheus at ${new URL(url).host} says it scraped ${(aheadMs / 1000).toFixed(1)} s from now`;
  return { ok: false, reason, hint: 'its clock is ahead of ours: set both' };
}

function targetsOf({ job, targetUrl }: TargetsOptions, targets: readonly ActiveTarget[]): ActiveTarget[] {
  if (job !== undefined) return targets.filter((target) => target.job === job);
  const { host } = new URL(targetUrl);
  return targets.filter(({ scrapeUrl }) => URL.canParse(scrapeUrl) && new URL(scrapeUrl).host === host);
}

function noTarget({ job, targetUrl, url }: TargetsOptions, targets: readonly ActiveTarget[]): { ok: false } & Failed {
  const wanted = job === undefined ? `with the address ${new URL(targetUrl).host}` : `in job "${job}"`;
  const there = [...new Set(targets.map(({ job: name, instance }) => `${name} ${instance}`))].slice(0, 5);
  const hint = `name the job that scrapes the server; targets: ${there.length === 0 ? 'none' : there.join(', ')}`;
  return { ok: false, reason: `the Prometheus at ${new URL(url).host} has no target ${wanted}`, hint };
}

/**
 * A stand-in for a Prometheus that scrapes one server: it answers the few questions that we ask, with what it scraped. Anything else is
 * recorded as unexpected. It proves the plumbing, not that a real Prometheus answers so.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseExposition } from './parse-exposition.ts';

export interface FakePrometheus {
  readonly url: string;
  readonly unexpected: readonly string[];
  stop(): void;
}

interface Point {
  readonly metric: Record<string, string>;
  readonly values: [number, string][];
}

const JOB = { job: 'aragora', instance: 'server:8080' };

export interface FakeOptions {
  readonly metricsUrl: string;
  readonly everyMs: number;
  /** Required with each request; absent: nothing is. */
  readonly authorization?: string;
  /** How many ms its clock is ahead; default 0. */
  readonly aheadMs?: number;
  /** For this many questions about its targets, it has none at first; default 0. */
  readonly emptyFor?: number;
  /** How many series each instant query returns; default 1. */
  readonly returns?: (query: string) => number;
  /** A histogram that it keeps as a native one: instead of the classic one, or beside it. */
  readonly native?: { readonly name: string; readonly kept: 'alone' | 'beside' };
  /** Sent with each answer; default none. */
  readonly warnings?: readonly string[];
}

export async function startFakePrometheus(options: FakeOptions): Promise<FakePrometheus> {
  const points = new Map<string, Point>();
  const metadata: Record<string, { type: string; help: string; unit: string }[]> = {};
  const target = { health: 'unknown', lastError: '', lastScrape: '0001-01-01T00:00:00Z' };
  const { aheadMs = 0, emptyFor = 0 } = options;
  let empty = emptyFor;
  const scrape = async () => {
    const atMs = Date.now() + aheadMs;
    try {
      const text = await (await fetch(options.metricsUrl)).text();
      for (const { name, type, help } of keepScrape(text, atMs, points)) {
        metadata[name] = [{ type: type ?? 'unknown', help: help ?? '', unit: '' }];
      }
      Object.assign(target, { health: 'up', lastError: '', lastScrape: new Date(atMs).toISOString() });
    } catch (error) {
      Object.assign(target, { health: 'down', lastError: String(error), lastScrape: new Date(atMs).toISOString() });
    }
  };
  // One after the other, as a Prometheus does: of two at a time, the later could be stored first.
  const ended = new AbortController();
  void scrapeUntil(ended.signal, options.everyMs, scrape);
  const unexpected: string[] = [];
  const answers: Record<string, (query: string, atSec: number) => unknown> = {
    '/api/v1/targets': () => ({
      activeTargets:
        empty-- > 0
          ? []
          : [
              {
                labels: JOB,
                discoveredLabels: {},
                scrapePool: JOB.job,
                scrapeUrl: options.metricsUrl,
                scrapeInterval: `${options.everyMs}ms`,
                ...target,
              },
            ],
      droppedTargets: [],
    }),
    '/api/v1/metadata': () => metadata,
    '/api/v1/query': (query, atSec) => {
      const rangeMs = /\[(\d+)ms\]$/.exec(query)?.[1];
      if (rangeMs === undefined) return vector(options.returns?.(query) ?? 1);
      const classic = within([...points.values()], atSec - Number(rangeMs) / 1000, atSec);
      return { resultType: 'matrix', result: asKept(classic, options.native) };
    },
  };
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const answer = answers[url.pathname];
    if (answer === undefined) unexpected.push(request.url ?? '');
    const refused = options.authorization !== undefined && request.headers.authorization !== options.authorization;
    const status = answer === undefined ? 404 : refused ? 401 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      status === 200
        ? JSON.stringify({
            status: 'success',
            ...(options.warnings === undefined ? {} : { warnings: options.warnings }),
            data: answer?.(url.searchParams.get('query') ?? '', Number(url.searchParams.get('time'))),
          })
        : '{}',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    ended.abort();
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, unexpected, stop };
}

async function scrapeUntil(ended: AbortSignal, everyMs: number, scrape: () => Promise<void>): Promise<void> {
  while (!ended.aborted) {
    await sleep(everyMs, undefined, { signal: ended }).catch(() => {});
    if (!ended.aborted) await scrape();
  }
}

/** After the first moment, up to the last; series without a point are left out. */
function within(points: readonly Point[], fromSec: number, toSec: number): Point[] {
  return points
    .filter(({ metric }) => /^(aragora_|process_start)/.test(metric['__name__'] ?? ''))
    .map(({ metric, values }) => ({ metric, values: values.filter(([atSec]) => atSec > fromSec && atSec <= toSec) }))
    .filter(({ values }) => values.length > 0);
}

/** As the API answers: `histograms` instead of `values`, and buckets without those that are empty. */
function asKept(classic: readonly Point[], native: FakeOptions['native']): readonly object[] {
  if (native === undefined) return classic;
  const { name, kept } = native;
  const counts = classic.filter(({ metric }) => metric['__name__'] === `${name}_count`);
  const made = counts.map(({ metric, values }) => ({
    metric: { ...metric, __name__: name },
    histograms: values.map(([at, count]) => [at, { count, sum: '0.1', buckets: [[0, '0', '0.1', count]] }]),
  }));
  const isPart = ({ metric }: Point) =>
    /_(bucket|count|sum)$/.test(metric['__name__'] ?? '') && metric['__name__']?.startsWith(name);
  return [...(kept === 'alone' ? classic.filter((point) => !isPart(point)) : classic), ...made];
}

function keepScrape(text: string, atMs: number, points: Map<string, Point>) {
  const { families, samplesOf } = parseExposition(text);
  for (const samples of samplesOf.values()) {
    for (const { name, labels, value } of samples) {
      const key = JSON.stringify([name, labels]);
      const point = points.get(key) ?? { metric: { __name__: name, ...labels, ...JOB }, values: [] };
      point.values.push([atMs / 1000, value === Infinity ? '+Inf' : String(value)]);
      points.set(key, point);
    }
  }
  return families;
}

function vector(count: number) {
  const result = Array.from({ length: count }, (_, at) => ({
    metric: { at: String(at) },
    value: [Date.now() / 1000, '1'],
  }));
  return { resultType: 'vector', result };
}

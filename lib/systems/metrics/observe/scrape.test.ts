import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { secretFinder } from '../../../observe/secrets.ts';
import { startTarget } from '../../../target/target.ts';
import type { MetricsObserved } from '../observation.ts';
import { type ScrapeOptions, startScraping } from './scrape.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

const BOMB = gzipSync(Buffer.alloc(65 * 2 ** 20, '\n'));
const TEXT = { 'content-type': 'text/plain; version=0.0.4' };

/** A server with these answers in turn; the first one comes twice, because it is asked for twice before the load, and the last one is repeated. */
async function answering(...answers: readonly string[]): Promise<{ url: string; asked: () => number }> {
  const texts = [...answers.slice(0, 1), ...answers];
  let asked = 0;
  const url = await serve((_, response) => {
    response.writeHead(200, TEXT).end(texts[Math.min(asked, texts.length - 1)]);
    asked += 1;
  });
  return { url, asked: () => asked };
}

async function collected(
  options: ScrapeOptions,
  during: (once: () => Promise<void>) => Promise<void> = async () => {},
) {
  const scraping = await startScraping({ everyMs: 60_000, ...options });
  await during(() => scraping.scrapeOnce());
  const observation = await scraping.stop();
  if (observation.status !== 'collected') throw new Error(observation.reason);
  return observation;
}

const valuesOf = ({ families }: MetricsObserved, name: string) =>
  families.flatMap(({ series }) => series.filter((one) => one.name === name)).map(({ values }) => values);

test('values are kept by series, scrape by scrape, absent ones as null', async () => {
  const { url } = await answering(
    'aragora_a{x="1"} 1\nother 9\n',
    'aragora_a{x="1"} 2\naragora_a{x="2"} NaN\nother 9\n',
    'aragora_a{x="2"} +Inf\nother 9\n',
  );
  const observed = await collected({ url }, (once) => once());
  expect(observed.atMs).toHaveLength(3);
  expect(valuesOf(observed, 'aragora_a')).toEqual([
    [1, 2, null],
    [null, 'NaN', '+Inf'],
  ]);
  // For metrics that no check needs, only the number of series is kept.
  expect(observed.families.find(({ name }) => name === 'other')).toMatchObject({ seriesCount: 1, series: [] });
});

test('a series is the same however its labels are ordered', async () => {
  const { url } = await answering('aragora_a{x="1",y="2"} 1\n', 'aragora_a{y="2",x="1"} 2\n');
  expect(valuesOf(await collected({ url }), 'aragora_a')).toEqual([[1, 2]]);
});

test('types and help come from the exposition, families that are only declared are there', async () => {
  const { url } = await answering('# HELP aragora_a Some\n# TYPE aragora_a counter\n');
  const { families } = await collected({ url });
  expect(families).toEqual([
    { name: 'aragora_a', type: 'counter', help: 'Some', seriesCount: 0, seriesBefore: 0, series: [] },
  ]);
});

test('the end waits until the numbers have come to rest, and keeps the last scrape only', async () => {
  const { url } = await answering(...[0, 1, 2, 3, 3].map((value) => `aragora_a ${value}\n`));
  const observed = await collected({ url });
  expect(observed.settled).toBe(true);
  expect(valuesOf(observed, 'aragora_a')).toEqual([[0, 3]]);
});

test('the end waits for gauges that fall back', async () => {
  const { url } = await answering(...[0, 2, 2, 0].map((value) => `aragora_running ${value}\n`));
  const observed = await collected({ url, idleGauges: ['aragora_running'] });
  expect(observed.settled).toBe(true);
  expect(valuesOf(observed, 'aragora_running')).toEqual([[0, 0]]);
});

test('the end waits as long as a cache was seen to hold the numbers', async () => {
  const HELD_MS = 700;
  let [value, refreshes, refreshedAtMs, text] = [0, 0, 0, ''];
  const url = await serve((_, response) => {
    if (Date.now() - refreshedAtMs >= HELD_MS) {
      [refreshedAtMs, text] = [Date.now(), `aragora_a ${value}\n`];
      refreshes += 1;
    }
    response.writeHead(200, TEXT).end(text);
  });
  // How long the numbers stood still is measured. On a machine that is busy with something else they may seem to for seconds.
  const observed = await collected({ url, settleMs: 60_000, timeoutMs: 5_000 }, async (once) => {
    // Not as fast as it can: thousands of connections in a second would be another test.
    for (; refreshes < 3; value += 1) await Promise.all([once(), sleep(20)]);
    value = 1e9;
  });
  expect(observed.settled).toBe(true);
  expect(valuesOf(observed, 'aragora_a')[0]?.at(-1)).toBe(1e9);
}, 120_000);

test('numbers that never rest end the wait at its deadline', async () => {
  let value = 1;
  const url = await serve((_, response) => {
    value *= 2;
    response.writeHead(200, TEXT).end(`aragora_a ${value}\n`);
  });
  expect((await collected({ url, settleMs: 400 })).settled).toBe(false);
});

describe('what moves by itself before the load', () => {
  const some = async (once: () => Promise<void>) => {
    for (let scrape = 0; scrape < 3; scrape++) await once();
  };
  const moving = (textOf: (scrape: number) => string) => {
    let scrape = 0;
    return serve((_, response) => void response.writeHead(200, TEXT).end(textOf(scrape++)));
  };

  test('is no reason to wait: scrapes that are counted under any label, their times, a gauge that goes with time', async () => {
    const url = await moving((scrape) =>
      [
        '# TYPE aragora_requests_total counter',
        `aragora_requests_total{endpoint="all"} ${scrape}`,
        '# TYPE aragora_seconds histogram',
        `aragora_seconds_bucket{endpoint="all",le="1"} ${Math.floor(scrape / 2)}`,
        `aragora_seconds_bucket{endpoint="all",le="+Inf"} ${scrape}`,
        `aragora_seconds_sum{endpoint="all"} ${scrape ** 2}`,
        `aragora_seconds_count{endpoint="all"} ${scrape}`,
        '# TYPE aragora_uptime gauge',
        `aragora_uptime ${scrape ** 3}\n`,
      ].join('\n'),
    );
    expect((await collected({ url }, some)).settled).toBe(true);
  });

  test.each([
    ['moves in another way later', (scrape: number) => `aragora_a ${scrape < 2 ? scrape : scrape * 3}\n`],
    ['did not move then', (scrape: number) => `aragora_a ${Math.max(1, scrape)}\n`],
  ])('and %s is waited for', async (_, textOf) => {
    const url = await moving(textOf);
    expect((await collected({ url, settleMs: 400 }, some)).settled).toBe(false);
  });
});

test('a server that counts each scrape is at rest when only that goes on', async () => {
  let scrapes = 0;
  const counted = () =>
    `aragora_requests_total{endpoint="/metrics"} ${scrapes++}\naragora_requests_total{endpoint="/"} 7\n`;
  const url = await serve((_, response) => void response.writeHead(200, TEXT).end(counted()));
  expect((await collected({ url })).settled).toBe(true);
});

test('broken lines are reported with their scrape, line and text', async () => {
  const { url } = await answering('aragora_a 1\n', 'aragora_a 1\naragora_a{b="c"}_count 2\n');
  const { malformed } = await collected({ url });
  expect(malformed[0]).toEqual({
    scrape: 1,
    line: 2,
    text: 'aragora_a{b="c"}_count 2',
    problem: 'expected a number as value, got "_count"',
    kind: 'malformed',
  });
});

test('samples of another time than their scrape are reported, those of about its time are not', async () => {
  const stamped = (byMs: number) => `aragora_a 1 ${Date.now() + byMs}\n`;
  const { url } = await answering(stamped(-60_000), stamped(-3_600_000), stamped(3_600_000));
  const { malformed } = await collected({ url }, (once) => once());
  const reported = malformed.map(({ line, kind, problem }) => `${kind}, line ${line}: ${problem.replace(/\d+/, 'n')}`);
  expect([...new Set(reported)]).toEqual([
    'misdated, line 1: its timestamp is n s before the scrape',
    'misdated, line 1: its timestamp is n s after the scrape',
  ]);
});

test('many broken lines do not hide that a series is there twice', async () => {
  const broken = Array.from({ length: 200 }, (_, at) => `broken ${at} line\n`).join('');
  const { url } = await answering('aragora_a 1\n', `${broken}aragora_a 1\naragora_a 1\n`);
  const { malformed } = await collected({ url });
  expect(malformed.filter(({ kind }) => kind === 'malformed')).toHaveLength(20);
  expect(malformed.find(({ kind }) => kind === 'duplicate')).toMatchObject({ line: 202, text: 'aragora_a 1' });
});

test('a secret is found in metrics that are not kept, and not repeated', async () => {
  const { url } = await answering('other{token="canary-5f1c9ab"} 1\naragora_a 1\n');
  const { leaking } = await collected({ url, secrets: secretFinder(['canary-5f1c9ab']) });
  expect(leaking).toEqual(['other{token="***"} 1']);
  expect(await collected({ url, secrets: secretFinder(['another-secret']) })).not.toHaveProperty('leaking');
});

test('series beyond the cap are left out, and that is reported', async () => {
  const { url } = await answering(Array.from({ length: 10 }, (_, at) => `aragora_a{x="${at}"} 1\n`).join(''));
  const observed = await collected({ url, maxSeries: 4 });
  expect(valuesOf(observed, 'aragora_a')).toHaveLength(4);
  expect(observed.seriesLeftOut).toBeGreaterThan(0);
  expect(observed.families[0]?.seriesCount).toBe(10);
});

test('scrapes come by themselves while the load runs', async () => {
  const { url, asked } = await answering('aragora_a 1\n');
  const scraping = await startScraping({ url, everyMs: 10 });
  while (asked() < 5) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await scraping.stop()).toMatchObject({ status: 'collected', settled: true });
});

test('a long run keeps fewer scrapes, the first and the last among them', async () => {
  let value = 0;
  const url = await serve(
    (_, response) => void response.writeHead(200, TEXT).end(`aragora_a ${Math.min(value++, 300)}\n`),
  );
  const observed = await collected({ url }, async (once) => {
    for (let at = 0; at < 300; at++) await once();
  });
  const values = valuesOf(observed, 'aragora_a')[0] ?? [];
  expect(values.length).toBeLessThan(250);
  expect(values.length).toBe(observed.atMs.length);
  // The very first one is only taken to see what moves by itself.
  expect([values[0], values.at(-1)]).toEqual([1, 300]);
});

test('a scrape that fails in between is reported, and the others count', async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked += 1;
    if (asked === 3) response.writeHead(503).end('busy');
    else response.writeHead(200, TEXT).end('aragora_a 1\n');
  });
  const observed = await collected({ url }, (once) => once());
  expect(observed.failedScrapes).toEqual([{ atMs: expect.any(Number), reason: `GET ${url} answers 503: "busy"` }]);
  expect(observed.atMs).toHaveLength(2);
});

test('names that are new with each scrape are limited as series are', async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked += 1;
    response.writeHead(200, TEXT).end(`new_${asked} 1\n`);
  });
  const observed = await collected({ url, maxSeries: 2 }, (once) => once());
  expect(observed.families).toHaveLength(2);
  expect(observed.seriesLeftOut).toBeGreaterThan(0);
});

describe('metrics are unavailable, with the reason and a way out,', () => {
  const answers: Record<string, [RequestListener, string, timeoutMs?: number]> = {
    'when the server answers HTML': [
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>'),
      'answers HTML, not metrics (before the load)',
    ],
    'when it needs credentials': [(_, response) => void response.writeHead(401).end(), 'answers 401'],
    'when it has none': [(_, response) => void response.writeHead(404).end('no'), 'answers 404'],
    'when it does not answer': [() => {}, 'does not answer: no answer within 0.2 s', 200],
    'when it unpacks to more than is read': [
      (_, response) => void response.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' }).end(BOMB),
      "can't be read: its answer is larger than 16 MiB",
    ],
    'when its head is larger than any': [
      (_, response) => void response.writeHead(200, { ...TEXT, 'x-long': 'a'.repeat(20_000) }).end('aragora_a 1\n'),
      'the headers of its answer are larger than 16 KiB',
    ],
    'when it sends more than is read': [
      (_, response) => void response.writeHead(200, TEXT).end('#\n'.repeat(9 * 2 ** 20)),
      "can't be read: its answer is larger than 16 MiB",
    ],
    'when its head has no end': [
      ({ socket }) => void socket.write(`HTTP/1.1 200 OK\r\n${`x-more: ${'a'.repeat(1000)}\r\n`.repeat(100)}`),
      'GET http',
    ],
    'when it hangs up': [(request) => void request.socket.destroy(), 'GET http'],
  };
  test.each(Object.entries(answers))('%s', async (_, [listener, reason, timeoutMs]) => {
    const url = await serve(listener);
    const options = timeoutMs === undefined ? { url } : { url, timeoutMs };
    const observation = await (await startScraping(options)).stop();
    expect(observation).toMatchObject({
      status: 'unavailable',
      source: 'direct',
      reason: expect.stringContaining(reason),
    });
    expect(observation).toHaveProperty('hint', expect.stringMatching(/\w/));
  });

  test('when nothing listens', async () => {
    const url = await serve(() => {});
    for (const close of closing.splice(0)) close();
    const observation = await (await startScraping({ url })).stop();
    expect(observation).toMatchObject({
      status: 'unavailable',
      reason: expect.stringContaining('does not answer: connection refused'),
    });
  });

  test('when the server goes away under the load', async () => {
    const { url } = await answering('aragora_a 1\n');
    const scraping = await startScraping({ url, everyMs: 60_000, settleMs: 100 });
    for (const close of closing.splice(0)) close();
    expect(await scraping.stop()).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/connection refused.*\(after the load\)/),
      hint: 'did the server go away under the load?',
    });
  });
});

test('a signal during a scrape under load ends it, and nobody has to wait for that', async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked += 1;
    // The third one, which is the first under load, is never answered.
    if (asked < 3) response.writeHead(200, TEXT).end('aragora_a 1\n');
  });
  const interrupted = new AbortController();
  const scraping = await startScraping({ url, signal: interrupted.signal, everyMs: 1 });
  await expect.poll(() => asked).toBe(3);
  interrupted.abort('SIGINT');
  // Node reports a rejection that nobody waits for after a turn of its loop, and the test runner fails of it.
  await sleep(0);
  await expect(scraping.stop()).rejects.toBe('SIGINT');
});

test('a signal ends the waiting', async () => {
  const url = await serve(() => {});
  const signal = AbortSignal.timeout(50);
  await expect(startScraping({ url, signal })).rejects.toBeDefined();
});

test("the reference target's exposition has no broken line", async () => {
  const target = await startTarget();
  await fetch(`${target.httpUrl}/api/health`);
  const observed = await collected({ url: `${target.httpUrl}/metrics` });
  await target.stop();
  expect(observed.malformed).toEqual([]);
  expect(observed.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(observed.families.length).toBeGreaterThan(10);
});

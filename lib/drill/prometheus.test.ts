import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { clockAheadSec } from './prometheus.ts';

test('how far a clock is ahead comes from the time of the answers, which are asked for with the credentials', async () => {
  const noon = Date.UTC(2026, 0, 18, 12);
  // Prometheus' clock runs on by 20 s between the two questions.
  const dates: Record<string, Date[]> = {
    '/prometheus/-/ready': [new Date(noon), new Date(noon + 20_000)],
    '/alertmanager/-/ready': [new Date(noon + 70_000)],
  };
  const server = createServer((request, response) => {
    if (request.headers.authorization !== 'Bearer t0ken') return void response.writeHead(401, { date: 'never' }).end();
    const date = dates[request.url ?? '']?.shift();
    response.writeHead(200, date === undefined ? { date: 'never' } : { date: date.toUTCString() }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const auth = { kind: 'bearer', token: 't0ken' } as const;
  const urls = {
    prometheus: { url: `${base}/prometheus`, auth },
    alertmanagers: [{ url: `${base}/alertmanager`, auth }],
  };
  const { signal } = new AbortController();
  expect(await clockAheadSec(urls, signal)).toBe(60);
  expect(await clockAheadSec(urls, signal)).toBe(null);
  server.closeAllConnections();
  server.close();
});

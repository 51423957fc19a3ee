import { expect, test, vi } from 'vitest';
import { startTarget } from '../target/target.ts';
import { startLoad } from './load.ts';

async function counted(httpUrl: string, series: string): Promise<number> {
  const text = await (await fetch(`${httpUrl}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length) ?? 0);
}

test('the load reaches the server, and is over when it is stopped', async () => {
  const target = await startTarget();
  const load = startLoad(target.httpUrl, { healthPerSec: 50, debatesPerSec: 10 });
  const health = 'aragora_requests_total{method="GET",endpoint="/api/health",status="200"}';
  await vi.waitFor(
    async () => {
      expect(await counted(target.httpUrl, health)).toBeGreaterThan(5);
      expect(await counted(target.httpUrl, 'aragora_debates_completed_total')).toBeGreaterThan(1);
    },
    { timeout: 30_000 },
  );
  expect(load.share()).toBe(1);
  await load.stop();
  await target.stop();
});

test('a server that is gone does not end it', async () => {
  const target = await startTarget();
  const { httpUrl } = target;
  await target.stop();
  const load = startLoad(httpUrl, { healthPerSec: 500, debatesPerSec: 1 });
  await vi.waitFor(() => expect(load.share()).toBeLessThanOrEqual(1), { timeout: 30_000 });
  await load.stop();
});

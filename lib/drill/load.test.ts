import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startTarget } from '../target/target.ts';
import { startLoad } from './load.ts';

/** The sum over all series of the metric whose labels have this. */
async function counted(httpUrl: string, metric: string, label = ''): Promise<number> {
  const text = await (await fetch(`${httpUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => new RegExp(`^${metric}[{ ]`).test(line) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

test('the load reaches the server, and is over when it is stopped', async () => {
  const target = await startTarget();
  const load = startLoad(target.httpUrl, { healthPerSec: 50, debatesPerSec: 10 });
  await vi.waitFor(
    async () => {
      expect(await counted(target.httpUrl, 'aragora_requests_total', '"/api/health"')).toBeGreaterThan(5);
      expect(await counted(target.httpUrl, 'aragora_debates_completed_total')).toBeGreaterThan(1);
    },
    { timeout: 30_000 },
  );
  // A busy machine may not send all of it.
  expect(load.share()).toBeGreaterThan(0);
  expect(load.share()).toBeLessThanOrEqual(1);
  await load.stop();
  await target.stop();
});

test('many requests that wait at once are no warning for whoever drills', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
  let waiting = 0;
  const silent = createServer(() => {
    waiting += 1;
  });
  const port = await new Promise<number>((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve((silent.address() as AddressInfo).port));
  });
  const load = startLoad(`http://127.0.0.1:${port}`, { healthPerSec: 200, debatesPerSec: 0 });
  await vi.waitUntil(() => waiting > 20, { timeout: 30_000 });
  await load.stop();
  silent.closeAllConnections();
  silent.close();
  expect(warned).not.toHaveBeenCalled();
});

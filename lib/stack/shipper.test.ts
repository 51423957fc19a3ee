import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startShipper } from './shipper.ts';

type Stream = readonly [labels: object, atNs: string, text: string, metadata: object];

/** Takes what Loki takes. It refuses the first pushes. */
async function fakeLoki(refusals: number): Promise<{ readonly url: string; readonly got: Stream[] }> {
  const got: Stream[] = [];
  let left = refusals;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      left -= 1;
      if (left >= 0) return void response.writeHead(429).end();
      const { streams } = JSON.parse(Buffer.concat(chunks).toString()) as {
        streams: { stream: object; values: [[string, string, object]] }[];
      };
      for (const { stream, values } of streams) for (const value of values) got.push([stream, ...value]);
      response.writeHead(request.url === '/loki/api/v1/push' ? 204 : 404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
}

test('brings each line once, also what Loki refused first, and the last ones when it ends', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-shipper-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const [file, loki] = [join(dir, 'server.log'), await fakeLoki(2)];
  const shipper = startShipper(file, loki.url);
  const line = JSON.stringify({ timestamp: '2026-01-18T12:00:00.000Z', level: 'INFO', trace_id: 'ab', message: 'é' });
  appendFileSync(file, `${line}\nno JSON\n`);
  await vi.waitUntil(() => loki.got.length > 0, { timeout: 30_000 });
  appendFileSync(file, `${line}\nhalf a li`);
  await shipper.stop();
  const atMs = Date.UTC(2026, 0, 18, 12);
  const labelled = { app: 'aragora', level: 'INFO' };
  expect(loki.got).toEqual([
    [labelled, `${atMs}000000`, line, { trace_id: 'ab' }],
    [{ app: 'aragora' }, expect.any(String), 'no JSON', {}],
    [labelled, `${atMs}000000`, line, { trace_id: 'ab' }],
  ]);
});

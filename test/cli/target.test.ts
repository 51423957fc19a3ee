/** The reference Aragora alone, with its telemetry sent somewhere. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { Cli, cleanUp, tempDir, until } from './support/cli.ts';

afterAll(cleanUp);

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** Takes what is exported, as a collector does. */
async function collector(): Promise<{ url: string; received: () => string }> {
  const exports: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      exports.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString('hex')}`);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => exports.join('\n'),
  };
}

test('exports its traces to the address, and appends its log to the file', async () => {
  const { url, received } = await collector();
  const log = join(tempDir(), 'aragora.log');
  const target = new Cli(['target', '--otlp', url, '--log', log]);
  await until(
    () => `its addresses; stderr: ${target.stderr}`,
    () => /^http.*\nws.*\n/.test(target.stdout) || !target.running,
  );
  const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;
  await fetch(`${target.stdout.split('\n')[0]}/api/health`, { headers: { traceparent } });
  await until(
    () => `the trace, not ${received()}`,
    () => received().includes(TRACE_ID),
  );
  expect(received()).toMatch(/^POST \/v1\/traces /);
  await until('the line of the request', () => existsSync(log) && readFileSync(log, 'utf8').includes(TRACE_ID));
  target.signal('SIGTERM');
  expect((await target.ended()).exitCode).toBe(0);
  expect(readFileSync(log, 'utf8')).toMatch(/^\{.*"path":"\/api\/health".*\}\n$/);
});

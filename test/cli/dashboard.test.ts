/** k6's own web dashboard: there while the load runs, gone after it, and refused where its port is not free. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cli, cleanUp, enginePath, expectError, runCli, tempDir } from './support/cli.ts';
import { lenientObjectives, lenientProfile } from './support/profiles.ts';

beforeAll(enginePath, 600_000);
afterAll(cleanUp);

const lenient = (durationSec: number): string[] => [
  ...['run', '--profile', lenientProfile(durationSec), '--slo', lenientObjectives(), '--no-telemetry'],
  ...['--out', `${tempDir()}/run`],
];

test('answers while the load runs, and is gone after it', async () => {
  const cli = new Cli([...lenient(10), '--dashboard']);
  await cli.says(/k6's dashboard, while the load runs: http:\/\/127\.0\.0\.1:\d+\/\n/);
  const url = /http:\/\/127\.0\.0\.1:\d+\/$/m.exec(cli.stderr.split('dashboard')[1] ?? '')?.[0] ?? '';
  await expect.poll(() => status(url), { timeout: 60_000 }).toBe('200 text/html');
  const events = await fetch(`${url}events`);
  expect(await heard(events, /event: snapshot\n/)).toBe(true);
  expect((await cli.ended()).exitCode).toBe(0);
  // Not checked by the absence of an answer: the port is free again, and somebody else may have it by now.
  expect(await status(url)).not.toBe('200 text/html');
});

/** Whether its stream of events brings such a line before it ends. */
async function heard({ body }: Response, line: RegExp): Promise<boolean> {
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    if (line.test(text)) return true;
  }
  return false;
}

async function status(url: string): Promise<string> {
  try {
    const answer = await fetch(url);
    await answer.text();
    return `${answer.status} ${answer.headers.get('content-type')?.split(';')[0]}`;
  } catch {
    return 'gone';
  }
}

test('on a port that is taken is refused before any load', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expectError(
    await runCli([...lenient(2), '--dashboard', String(port)]),
    /--dashboard: port \d+ of 127\.0\.0\.1 can't be used/,
  );
  expectError(
    await runCli([...lenient(2), '--dashboard', '65536']),
    /--dashboard must be a port, 0 to 65535, got 65536/,
  );
  server.close();
});

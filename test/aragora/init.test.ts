/** What `init` finds at the real Aragora, and that a run obeys the file that it writes. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aragoraSlo } from './gate.ts';
import { type Aragora, startAragora } from './server.ts';

let folder: string;
let server: Aragora;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aragora-slo-init-'));
  server = await startAragora();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('it is known by the names of its metrics, and its file validates', async () => {
  const told = await aragoraSlo(['init', '--target', server.httpUrl, '--format', 'json'], folder);
  expect(told.stderr.split('\n')).toEqual([
    `✓ ${server.httpUrl}/api/health answers 200`,
    `✓ ${server.httpUrl}/metrics answers 200`,
    // It has a port of its own for them, which is 8765 only where it is started with its defaults.
    expect.stringMatching(
      /^· no WebSocket opens: ws:\S+\/ws refuses the WebSocket handshake with 404; ws:\S+:8765\/ws /,
    ),
    '✓ its metrics are named as contract "aragora-2.11" has them',
  ]);
  expect(told).toMatchObject({ exitCode: 0, stdout: 'wrote aragora-slo.config.json' });
  expect(JSON.parse(await readFile(path.join(folder, 'aragora-slo.config.json'), 'utf8'))).toEqual({
    target: server.httpUrl,
    profile: 'smoke',
    contract: 'aragora-2.11',
  });
  expect(await aragoraSlo(['validate'], folder)).toMatchObject({
    exitCode: 0,
    stdout: '✓ aragora-slo.config.json: config of target, contract, profile',
  });
});

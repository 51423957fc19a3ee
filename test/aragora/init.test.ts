/** What `init` finds at the real Aragora, and that Aragora can take the load of the file that it writes. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecording } from '../../lib/record/index.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { aragoraSlo, ROOT, recorded } from './gate.ts';
import { type Aragora, startAragora } from './server.ts';

let folder: string;
let server: Aragora;
let otlpPort: number;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aragora-slo-init-'));
  const [port = 0] = await freePorts(1);
  otlpPort = port;
  server = await startAragora({ otlpEndpoint: `http://127.0.0.1:${otlpPort}/v1/traces` });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('it is known by the names of its metrics and its spans, and its file validates', async () => {
  const args = ['init', '--target', server.httpUrl, '--otlp-port', `${otlpPort}`, '--format', 'json'];
  const said = await aragoraSlo(args, folder);
  expect(said.stderr.split('\n')).toEqual([
    `✓ ${server.httpUrl}/api/health answers 200`,
    `✓ ${server.httpUrl}/api/debates answers 200`,
    `✓ ${server.httpUrl}/metrics answers 200`,
    // It has a separate port for them, which is 8765 only if it was started with its defaults.
    expect.stringMatching(
      /^· no WebSocket opens: ws:\S+\/ws refuses the WebSocket handshake with 404; ws:\S+:8765\/ws /,
    ),
    expect.stringMatching(/^✓ its metrics have the names of contract "aragora-2\.11": \d+ of 12 names; not there: /),
    expect.stringMatching(/^✓ its spans have the names of contract "aragora-2\.11": that of a request is GET /),
    expect.stringMatching(/^· not asked: the fields of its log; /),
    expect.stringMatching(/^✓ profile "gentle": twenty minutes with a debate every two seconds/),
  ]);
  expect(said).toMatchObject({ exitCode: 0, stdout: 'wrote aragora-slo.config.json' });
  expect(JSON.parse(await readFile(path.join(folder, 'aragora-slo.config.json'), 'utf8'))).toEqual({
    target: server.httpUrl,
    otlpPort,
    profile: 'gentle',
    contract: 'aragora-2.11',
  });
  expect(await aragoraSlo(['validate'], folder)).toMatchObject({
    exitCode: 0,
    stdout: '✓ aragora-slo.config.json: config of target, otlpPort, profile, contract',
  });
});

test('a run by that file plans no more debates than it can take, and none of them is refused', async () => {
  const args = ['run', '--ws', server.wsUrl, '--out', 'run', '--no-telemetry'];
  const options = { cwd: folder, reject: false, env: { NO_COLOR: '1' } } as const;
  const running = execa(process.execPath, [path.join(ROOT, 'bin/aragora-slo.mjs'), ...args], options);
  const journal = path.join(folder, 'run/engine.ndjson');
  const secondsSoFar = async (): Promise<number> => {
    const text = await readFile(journal, 'utf8').catch(() => '');
    return text.split('\n').length;
  };
  // At twelve debates a second, the tenth is refused within a few seconds.
  await expect.poll(secondsSoFar, { timeout: 120_000, interval: 250 }).toBeGreaterThan(30);
  running.kill('SIGINT');
  const { exitCode, stderr } = await running;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/^profile gentle, contract aragora-2\.11, against /m);
  expect(stderr).not.toMatch(/^note: /m);
  const run = path.join(folder, 'run');
  expect(recorded(run, 'debates-create')).toBeGreaterThan(10);
  const seconds = readRecording(run).endpoints.get('debates-create')?.seconds ?? [];
  expect(seconds.flatMap(({ failed }) => Object.keys(failed))).toEqual([]);
});

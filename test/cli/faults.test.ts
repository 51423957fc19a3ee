/** The command `faults`: it stands in front of a server until a signal, and says how often it broke what passed. */
import { afterAll, expect, test } from 'vitest';
import { Cli, cleanUp, expectError, runCli, until } from './support/cli.ts';
import { closeFakes, fakeHealth } from './support/servers.ts';

afterAll(async () => {
  cleanUp();
  await closeFakes();
});

test('breaks what passes by name, and counts it', async () => {
  const server = await fakeHealth();
  const cli = new Cli(['faults', 'errors', 'latency', '--target', `http://${server.host}`]);
  await until(
    () => `both faults on stdout; stderr: ${cli.stderr}`,
    () => /latency, ms 200/.test(cli.stdout) || !cli.running,
    600_000,
  );
  const [, url = ''] = /^(http:\/\/127\.0\.0\.1:\d+) → /m.exec(cli.stdout) ?? [];
  const statuses: number[] = [];
  for (let nth = 0; nth < 20; nth++) statuses.push((await fetch(`${url}/api/health`)).status);
  expect(statuses.filter((status) => status === 503)).toHaveLength(2);
  cli.signal('SIGINT');
  const { exitCode, stdout } = await cli.ended();
  expect(stdout).toContain('status  hit 2 of 20 requests\nlatency  not counted: it looks at bytes, not at requests\n');
  expect(exitCode).toBe(0);
}, 900_000);

test('a name that no fault has is refused before anything is built', async () => {
  expectError(await runCli(['faults', 'eror', '--target', 'http://127.0.0.1:1']), /no fault is called "eror"/);
});

/**
 * Causes from end to end: a server whose rules refuse the load, with what else would be hidden. One that dies is in ending.test.ts. The
 * table of every cause, with similar pictures, is lib/causes/causes.test.ts.
 */
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUp, enginePath, file, findings, runCli, tempDir } from './support/cli.ts';
import { closeFakes, fakeHttp } from './support/servers.ts';

beforeAll(async () => {
  await enginePath();
}, 600_000);
afterAll(async () => {
  cleanUp();
  await closeFakes();
});

/** By path: what the load gets; what is asked before it is answered as it should be. */
const RULES: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  'GET /api/health': (response) => response.writeHead(401).end(),
  'GET /api/debates': (response) => response.writeHead(429).end(),
  'POST /api/debates': (response) => response.writeHead(503, { 'retry-after': '5' }).end(),
};

test('three rules of a server refuse the load: the verdict says each, with its share and what to do', async () => {
  const { host } = await fakeHttp(({ method, url, headers }, response) => {
    if (headers['user-agent'] === 'aragora-slo') return RULES[`${method} ${url}`]?.(response);
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ status: 'healthy', debates: [] }));
  });
  const journey = { ratePerSec: 20, durationSec: 2 };
  const profile = file(tempDir(), 'profile.yaml', {
    name: 'refused',
    journeys: { health: journey, 'debates-list': journey, 'debates-create': journey },
    gates: ['availability.api', 'latency.'],
  });
  const dir = join(tempDir(), 'run');
  const args = ['run', '--target', `http://${host}`, '--profile', profile, '--out', dir, '--no-telemetry'];
  const { exitCode, stdout, stderr } = await runCli(args);
  expect(exitCode, stderr).toBe(99);
  const { causes } = findings(dir);
  expect(causes.map(({ id }) => id)).toEqual(['access', 'rate-limit', 'no-room']);
  for (const { summary, explains, advice } of causes) {
    expect(summary).toMatch(/^33 % of 120 requests were refused by .*, the first in second \d$/);
    expect(explains).toContainEqual(expect.stringMatching(/^latency\./));
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`CAUSE ${summary} `);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`to do: ${advice}`);
  }
});

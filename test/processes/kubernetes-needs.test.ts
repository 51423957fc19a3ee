/** `npm run test:kubernetes` where it can't run: it says so in a line, and fails where CI asked for it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

test.each([
  ['left out with its reason', undefined, 0],
  ['a failure in CI', 'true', 1],
])('a real cluster that this machine can not have is %s', (_, CI, status) => {
  // Nothing that it needs is on this PATH; without root, that is said first.
  const env = { ...process.env, PATH: '/nowhere', CI };
  const args = ['--import', 'tsx', 'test/run.ts', 'kubernetes'];
  const ended = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' });
  expect(ended.stdout).toMatch(
    /^✗ the tests with a real cluster did not run: they need (Linux|root: .*)$|^✗ the tests .*: there is no etcd, no containerd, /m,
  );
  expect(ended.stdout).toMatch(status === 0 ? /^0 passed, 0 failed$/m : /^0 passed, 1 failed$/m);
  expect(ended.status).toBe(status);
});

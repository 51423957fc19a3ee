/** What goes wrong where something is broken on purpose, in two loads: exactly the findings of their breaks do not pass. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { foundInLoad, TOGETHER } from './fault-loads.ts';

const abort = new AbortController();
const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-fault-loads-'));

beforeAll(async () => {
  await ensureEngine({ onProgress: () => {} });
});
afterAll(() => {
  abort.abort('the tests are over');
  rmSync(dir, { recursive: true, force: true });
});

test.concurrent.each(TOGETHER.map((breaks) => [breaks.map(({ name }) => name).join(' and '), breaks] as const))(
  '%s',
  async (_, breaks) => {
    const expected = breaks.map(({ finding, status }) => `${finding} ${status}`);
    expect((await foundInLoad(breaks, dir, abort.signal)).sort()).toEqual(expected.sort());
  },
);

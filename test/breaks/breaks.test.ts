/** Every break of what clients experience, run through the whole harness: caught by exactly the finding that names it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TELEMETRY_BREAKS } from '../../lib/systems/breaks.ts';
import { BREAKS } from '../../lib/target/breaks.ts';
import { BREAKS_PAGE, breaksPage } from './page.ts';
import { type Proof, proveAll } from './prove.ts';

/** Longer than all proofs together, because a test waits for those that run before its own. */
const PROOF_MS = 1_800_000;

test('docs/breaks.md is what the catalogue says (npm run selftest -- --write-docs)', () => {
  expect(readFileSync(BREAKS_PAGE, 'utf8')).toBe(breaksPage(BREAKS, TELEMETRY_BREAKS));
});

describe('the harness', () => {
  const abort = new AbortController();
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-breaks-'));
  let proofs = new Map<string, Promise<Proof>>();

  beforeAll(() => {
    proofs = proveAll(['control', ...BREAKS], dir, abort.signal);
  });

  afterAll(async () => {
    abort.abort('the tests are over');
    await Promise.allSettled(proofs.values());
    rmSync(dir, { recursive: true });
  });

  test('finds nothing in the control', () => proven('control'), PROOF_MS);

  test.each(BREAKS)('catches $name by $finding alone', ({ name }) => proven(name), PROOF_MS);

  async function proven(name: string): Promise<void> {
    const proof = await proofs.get(name);
    const seen = proof?.tripped.map(({ id, status, summary, evidence }) => ({ id, status, summary, evidence }));
    expect(proof?.caught, `seen: ${JSON.stringify(seen, null, 2)}`).toBe(true);
  }
});

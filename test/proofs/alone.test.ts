/** The unbroken target, and breaks that only clients can prove that nothing kept from their work: each in a load of its own through the whole harness. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientBreaks } from './levels.ts';
import { GATES_ON_A_BUSY_MACHINE } from './loads.ts';
import { type Proof, proveAll } from './prove.ts';

const CLIENTS = clientBreaks('alone');

const abort = new AbortController();
const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-breaks-'));
const proofs = new Map<string, Promise<Proof>>();

beforeAll(async () => {
  for (const [name, proof] of proveAll(['control', ...CLIENTS], {
    dir,
    gates: GATES_ON_A_BUSY_MACHINE,
    signal: abort.signal,
  }))
    proofs.set(name, proof);
  await Promise.allSettled(proofs.values());
});
afterAll(async () => {
  abort.abort('the tests are over');
  await Promise.allSettled(proofs.values());
  rmSync(dir, { recursive: true, force: true });
});

async function caught(name: string): Promise<void> {
  const proof = await proofs.get(name);
  const open = [...(proof?.tripped ?? []), ...(proof?.undecided ?? [])];
  const seen = open.map(({ id, status, summary, evidence }) => ({ id, status, summary, evidence }));
  expect(proof?.caught, `seen: ${JSON.stringify(seen, null, 2)}`).toBe(true);
}

test('nothing is found in the unbroken target', () => caught('control'));

test.for([...CLIENTS])('$name is caught by $finding alone', async ({ name }, { task }) => {
  task.meta.proves = name;
  await caught(name);
});

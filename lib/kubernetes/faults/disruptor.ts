/**
 * A k6 of its own with xk6-disruptor in it (disruptor/, Go), which orders the agents in the pods. It sends no load. It is built once, and only
 * where a fault needs agents.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../bundle/bundle.ts';
import type { AgentOrder } from '../../core/pod-fault.ts';
import { sourceFiles } from '../../engine/cache.ts';
import { expectIntact } from '../../engine/intact.ts';
import { ENGINE_FLAGS } from '../../load/load.ts';
import { Child } from '../../process/child.ts';
import { cached, type MakeOptions } from '../../stack/cache.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MODULE = join(ROOT, 'disruptor');
const FLAGS = ['-p', '2', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-mod=readonly'];
/** Independent of any workspace and flags of the user: only the module's own go.mod and go.sum count. */
const ENV = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };
/** The agents are asked to end, and to say so, before it is killed. */
const PATIENCE_MS = 25_000;

/** The program and its script, until `close`. */
export interface Disruptor {
  order(order: AgentOrder): Child;
  close(): void;
}

/** @param context of the kubeconfig. @throws SloError `prerequisite-missing` when it can't be built. */
export async function openDisruptor(context: string | undefined, options: MakeOptions): Promise<Disruptor> {
  const program = await disruptorProgram(options);
  await expectIntact(program, { what: 'the cached disruptor', hint: 'delete its folder; it is built again' });
  const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-disruptor-'));
  const script = join(folder, 'pods.js');
  writeFileSync(script, await podsScript());
  return {
    order: (order) => {
      const args = ['run', ...ENGINE_FLAGS, '--quiet', '--address', '', '--log-format', 'raw', script];
      const own = { ORDER: JSON.stringify(order), ARAGORA_SLO_CONTEXT: context ?? '' };
      // A group of its own: a Ctrl-C of the terminal would reach it, too, and two of them end k6 before it has ended the agents.
      const how = { asks: 'SIGINT', patienceMs: PATIENCE_MS, group: true } as const;
      return new Child(program, { ...how, args, env: { ...environment(), ...own }, stdio: ['ignore', 'pipe', 'pipe'] });
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** All that a program may need to sign in, and none of k6's own options: one left over in a shell would change what it does. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('K6_')));
}

/** Built now unless the cache has it. Throws as `cached` does. */
export async function disruptorProgram(options: MakeOptions): Promise<string> {
  const files = await sourceFiles(MODULE);
  const sources = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const folder = await cached(
    {
      name: 'disruptor',
      madeFrom: [...FLAGS, ...sources],
      usually: '2 to 3 minutes',
      make: async (folder, run) => {
        await run('go', ['build', ...FLAGS, '-o', `${folder}/`, '.'], { cwd: MODULE, env: ENV });
      },
    },
    options,
  );
  return join(folder, 'disruptor');
}

async function podsScript(): Promise<string> {
  const texts = await bundle({
    absWorkingDir: ROOT,
    entryPoints: ['scenarios/faults/pods.ts'],
    outfile: 'pods.js',
    format: 'esm',
    platform: 'neutral',
    external: ['k6', 'k6/*'],
    target: 'es2022',
  });
  return texts.get('.js') ?? '';
}

/**
 * Makes programs with Go from their published modules. Each module's own go.sum has the checksums of its dependencies.
 */
import { appendFile, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SloError } from '../core/error.ts';
import { cached, cachedAlready, type MakeOptions, type RunStep } from './cache.ts';
import { type ClockSources, clockSources, patchedGo } from './fast-clock.ts';

export interface GoProgram {
  readonly module: string;
  readonly version: string;
  /** As in a go.sum: over the files of the module. */
  readonly sum: string;
  /** Packages below the module, each a program. */
  readonly programs: readonly string[];
  readonly tags?: string;
  /**
   * A module that the repository replaces by one of its folders, which the published module does not have. Its published version is taken
   * instead.
   */
  readonly unreplaced?: { readonly module: string; readonly sums: readonly string[] };
  readonly usually: string;
  /** Its time can be made to run faster (fast-clock.ts), where this machine is one for which that works. */
  readonly fastClock?: true;
}

const FLAGS = ['-p', '2', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-mod=readonly'];
/** Independent of any workspace and flags of the user: only the module's own go.mod and go.sum count. */
const ENV = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };

/** The folder with the programs, built now unless the cache has them. Throws as `cached` does. */
export async function madeWithGo(name: string, program: GoProgram, options: MakeOptions): Promise<string> {
  const clock = program.fastClock ? await clockSources() : null;
  return cached(
    {
      ...named(name, program, clock),
      usually: program.usually,
      make: async (folder, run) => {
        const own = clock === null ? null : await patchedGo(clock, join(folder, 'go'), run);
        await build(program, { folder, run, go: own ?? 'go' });
        if (own !== null) await rm(join(folder, 'go'), { recursive: true });
      },
    },
    options,
  );
}

/** The same folder, if the cache has it. */
export async function madeAlready(name: string, program: GoProgram): Promise<string | null> {
  return cachedAlready(named(name, program, program.fastClock ? await clockSources() : null));
}

function named(name: string, program: GoProgram, clock: ClockSources | null) {
  const made = [JSON.stringify(program), ...FLAGS, ...(clock === null ? [] : [JSON.stringify(clock)])];
  return { name: `${name}-${program.version}`, madeFrom: made };
}

interface Making {
  readonly folder: string;
  readonly run: RunStep;
  /** The Go that compiles. */
  readonly go: string;
}

async function build(program: GoProgram, { folder, run, go }: Making): Promise<void> {
  const source = await download(program, folder, run);
  const modfile = program.unreplaced === undefined ? [] : [await ownModfile(program.unreplaced, source, folder, run)];
  const tags = program.tags === undefined ? [] : ['-tags', program.tags];
  await run(go, ['build', ...FLAGS, ...tags, ...modfile, '-o', `${folder}/`, ...program.programs], {
    cwd: source,
    // A Go that was patched must not hand over to another one.
    env: go === 'go' ? ENV : { ...ENV, GOTOOLCHAIN: 'local', GOROOT: '' },
  });
}

/** The module's folder in Go's own cache, which is read-only, after its checksum was compared with the one above. */
async function download({ module, version, sum }: GoProgram, folder: string, run: RunStep): Promise<string> {
  const answer = await run('go', ['mod', 'download', '-json', `${module}@${version}`], { cwd: folder, env: ENV });
  const { Dir, Sum } = JSON.parse(answer) as { readonly Dir: string; readonly Sum: string };
  if (Sum === sum) return Dir;
  throw new SloError('prerequisite-missing', `${module} ${version}: expected the checksum ${sum}, got ${Sum}`, {
    hint: 'is a module proxy in between that serves something else?',
  });
}

/** The module's go.mod and go.sum, with `unreplaced` taken from where modules are published. Returns the flag that names it. */
async function ownModfile(
  { module, sums }: NonNullable<GoProgram['unreplaced']>,
  source: string,
  folder: string,
  run: RunStep,
): Promise<string> {
  const modfile = join(folder, 'build.mod');
  const sumfile = join(folder, 'build.sum');
  await cp(join(source, 'go.mod'), modfile);
  await cp(join(source, 'go.sum'), sumfile);
  await run('chmod', ['u+w', modfile, sumfile]);
  await run('go', ['mod', 'edit', `-dropreplace=${module}`, modfile], { env: ENV });
  await appendFile(sumfile, sums.map((sum) => `${module} ${sum}\n`).join(''));
  return `-modfile=${modfile}`;
}

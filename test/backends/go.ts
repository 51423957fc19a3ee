/**
 * The backends that are built with Go from their published modules, and actionlint, which reads workflows: exact versions, their checksums,
 * how each is compiled. Each module's own go.sum has the checksums of its dependencies.
 */
import { appendFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { SloError } from '../../lib/core/error.ts';
import { cached, type Progress, type Recipe, type RunStep } from './cache.ts';

interface GoBackend {
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
}

const GO_BACKENDS = {
  prometheus: {
    module: 'github.com/prometheus/prometheus',
    version: 'v0.315.0',
    sum: 'h1:sFGZWmC2Hk9N1NBJGCnXYZb5hyLCq8yuAMoEjLAg6ac=',
    programs: ['./cmd/prometheus', './cmd/promtool'],
    // The test says what to scrape: the discoveries of cloud providers would double the build.
    tags: 'remove_all_sd',
    usually: '2 to 4 minutes',
  },
  jaeger: {
    module: 'github.com/jaegertracing/jaeger',
    version: 'v1.76.0',
    sum: 'h1:sWCOOF1dr+NL0PLil7mFo3BqqQL8k4WiM7aguFbc14g=',
    programs: ['./cmd/jaeger'],
    usually: '3 to 5 minutes',
  },
  loki: {
    module: 'github.com/grafana/loki/v3',
    version: 'v3.7.8',
    sum: 'h1:bJ0WFWVOjgvG/jYmT9fIX15SYXXDwuEu/IMgTwMA97U=',
    programs: ['./cmd/loki'],
    unreplaced: {
      module: 'github.com/grafana/loki/pkg/push',
      sums: [
        'v0.0.0-20250630054201-94c0ba7b0952 h1:rLzoJGDnoXsZV2j/2atL6OVk9AHluTbDOD8Ls9trtIA=',
        'v0.0.0-20250630054201-94c0ba7b0952/go.mod h1:ny/0bFitf8KNZkZfweaI4hmwb5XPhaFD2d0kVcyKmjo=',
      ],
    },
    usually: '4 to 6 minutes',
  },
  actionlint: {
    module: 'github.com/rhysd/actionlint',
    version: 'v1.7.12',
    sum: 'h1:vQ4GeJN86C0QH+gTUQcs8McmK62OLT3kmakPMtEWYnY=',
    programs: ['./cmd/actionlint'],
    usually: 'half a minute',
  },
} as const satisfies Record<string, GoBackend>;

export type GoBackendName = keyof typeof GO_BACKENDS;
export const GO_BACKEND_NAMES = Object.keys(GO_BACKENDS) as readonly GoBackendName[];

const FLAGS = ['-p', '2', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-mod=readonly'];
/** Independent of any workspace and flags of the user: only the module's own go.mod and go.sum count. */
const ENV = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };

/** The folder with the backend's programs, built now unless the cache has them. Throws SloError `prerequisite-missing`. */
export function goBackend(name: GoBackendName, progress: Progress): Promise<string> {
  const backend: GoBackend = GO_BACKENDS[name];
  const recipe: Recipe = {
    name: `${name}-${backend.version}`,
    madeFrom: [JSON.stringify(backend), ...FLAGS],
    usually: backend.usually,
    make: (folder, run) => build(backend, folder, run),
  };
  return cached(recipe, progress);
}

async function build(backend: GoBackend, folder: string, run: RunStep): Promise<void> {
  const source = await download(backend, folder, run);
  const modfile = backend.unreplaced === undefined ? [] : [await ownModfile(backend.unreplaced, source, folder, run)];
  const tags = backend.tags === undefined ? [] : ['-tags', backend.tags];
  await run('go', ['build', ...FLAGS, ...tags, ...modfile, '-o', `${folder}/`, ...backend.programs], {
    cwd: source,
    env: ENV,
  });
}

/** The module's folder in Go's own cache, which is read-only, after its checksum was compared with the one above. */
async function download({ module, version, sum }: GoBackend, folder: string, run: RunStep): Promise<string> {
  const answer = await run('go', ['mod', 'download', '-json', `${module}@${version}`], { cwd: folder, env: ENV });
  const { Dir, Sum } = JSON.parse(answer) as { readonly Dir: string; readonly Sum: string };
  if (Sum === sum) return Dir;
  throw new SloError('prerequisite-missing', `${module} ${version}: expected the checksum ${sum}, got ${Sum}`, {
    hint: 'is a module proxy in between that serves something else?',
  });
}

/** The module's go.mod and go.sum, with `unreplaced` taken from where modules are published. Returns the flag that names it. */
async function ownModfile(
  { module, sums }: NonNullable<GoBackend['unreplaced']>,
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

/**
 * Bundles the command line and the reference target, once for a whole run of the tests. A process that reads some files starts within some
 * 0.2 s of a core; one that reads a thousand, among them each source through tsx, takes 2 s. The tests start some hundreds. That the
 * sources run as they are is tested where a test names `FROM_SOURCES`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { FUNCTION, writeStarter } from './starter.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TARGET = 'lib/embedded/main';
const COMMAND = 'bin/aragora-slo';
const WORKFLOW = 'bin/aragora-slo-ci';
/** What the programs of bin/ do after they have made Node read TypeScript. */
const MAINS: Readonly<Record<string, string>> = {
  [COMMAND]:
    "import { endFor } from './bin/shortage.mjs'; export const done = import('./lib/main.ts').catch(endFor).then(async ({ main }) => { process.exitCode = await main(process.argv.slice(2)); });",
  [WORKFLOW]:
    "import { main } from './lib/ci/main.ts'; process.exitCode = await main(process.argv.slice(2), process.env);",
};

declare module 'vitest' {
  interface ProvidedContext {
    readonly bundled: Bundled;
  }
}

/** Paths. */
interface Bundled {
  /** Holds `bin/` and `lib/` as a checkout does. */
  readonly root: string;
  readonly command: string;
  readonly target: string;
}

/** For `globalSetup` of vitest. @returns what removes the bundle. */
export async function setup(project: TestProject): Promise<() => void> {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-bundle-'));
  const bundled = { root: dir, command: join(dir, `${COMMAND}.mjs`), target: join(dir, `${TARGET}.mjs`) };
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  try {
    await bundle(bundled);
  } catch (error) {
    remove();
    throw error;
  }
  project.provide('bundled', bundled);
  return remove;
}

/** The command line is started most often by far. */
async function bundle(bundled: Bundled): Promise<void> {
  const script = bundled.command.replace(/mjs$/, 'cjs');
  const common: BuildOptions = {
    bundle: true,
    // What is shorter is read sooner.
    minifyWhitespace: true,
    minifySyntax: true,
    platform: 'node',
    target: 'node20',
    tsconfigRaw: {},
    logLevel: 'error',
    plugins: [mains, programs(bundled), esbuildItself, sources],
  };
  await Promise.all([
    build({ ...common, ...FUNCTION, entryPoints: [COMMAND], outfile: script, format: 'cjs' }),
    build({
      ...common,
      entryPoints: { [WORKFLOW]: WORKFLOW, [TARGET]: join(ROOT, `${TARGET}.ts`) },
      outdir: bundled.root,
      outExtension: { '.js': '.mjs' },
      splitting: true,
      format: 'esm',
      // CommonJS packages ask for Node's own modules by require.
      banner: {
        js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
      },
    }),
  ]);
  writeStarter(bundled.command, script);
}

const mains: Plugin = {
  name: 'mains',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^bin\/[\w-]+$/ }, ({ path }) => ({ path, namespace: 'mains' }));
    onLoad({ filter: /./, namespace: 'mains' }, ({ path }) => ({ contents: MAINS[path] ?? '', resolveDir: ROOT }));
  },
};

/** A program that is bundled starts those that are. */
function programs({ command, target }: Bundled): Plugin {
  const started = { embedded: target, ci: command };
  return {
    name: 'programs',
    setup({ onLoad }) {
      for (const [room, program] of Object.entries(started))
        onLoad({ filter: new RegExp(`/lib/${room}/program\\.ts$`) }, () => ({
          contents: `export const PROGRAM = ${JSON.stringify([program])};`,
        }));
    },
  };
}

const ESBUILD = createRequire(import.meta.url).resolve('esbuild');

/** It has a program of its own beside it. */
const esbuildItself: Plugin = {
  name: 'esbuild',
  setup({ onResolve }) {
    onResolve({ filter: /^esbuild$/ }, () => ({ path: ESBUILD, external: true }));
  },
};

/** What a source finds beside itself is still there. */
const sources: Plugin = {
  name: 'sources',
  setup({ onLoad }) {
    onLoad({ filter: /\/(lib|reports|thresholds)\/[^:]*\.ts$/ }, ({ path }) => {
      if (!path.startsWith(ROOT) || path.includes('/node_modules/')) return undefined;
      const contents = readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      );
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * Owns running a config file that is a program, TypeScript or JavaScript, with all that it imports, and what it exports.
 * Refuses to know what is in it. Bundled first, so that neither the folder's package.json nor an installed aragora-slo is needed.
 */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, build, stop } from 'esbuild';
import { SloError } from '../core/error.ts';

const ENTRY = fileURLToPath(new URL('./define.ts', import.meta.url));
const DEADLINE_MS = 10_000;
/** Of a stack: the bundle is run from a URL that holds it. */
const SCRIPT_FRAME = /data:text\/javascript[^\s)]*?:(\d+):(\d+)/;

interface Bundle {
  readonly code: string;
  readonly map: SourceMap;
}

/**
 * The default export of the script.
 * @throws SloError `config-invalid` with the file and the place, for one that can't be read, does not parse, imports what is not there,
 * throws, has no default export, or still awaits something after 10 s. One that loops without end is waited for: it runs in this very thread.
 */
export async function runScript(path: string): Promise<unknown> {
  const { code, map } = await bundle(path);
  // A script that awaits what never comes leaves nothing for the process to wait for, which would end it without a word.
  let deadline: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new SloError('config-invalid', `${path} does not come to its end within ${DEADLINE_MS / 1000} s`);
    deadline = setTimeout(() => reject(error), DEADLINE_MS);
  });
  const { exit } = process;
  // It would end with a code of the script's own, perhaps with that of a run that conforms.
  process.exit = (code) => {
    if (!SCRIPT_FRAME.test(new Error().stack ?? '')) return exit(code);
    throw new SloError('config-invalid', `${path} ends the process instead of exporting a config`);
  };
  try {
    const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
    const exported = (await Promise.race([import(/* @vite-ignore */ url), late])) as { default?: unknown };
    if (exported.default !== undefined) return exported.default;
  } catch (cause) {
    if (cause instanceof SloError) throw cause;
    throw new SloError('config-invalid', `${placeOf(cause, map, path)}: ${firstLine(cause)}`, { cause });
  } finally {
    clearTimeout(deadline);
    process.exit = exit;
  }
  throw new SloError('config-invalid', `${path} has no default export`, {
    hint: 'export default defineConfig({ … })',
  });
}

async function bundle(path: string): Promise<Bundle> {
  try {
    const { outputFiles } = await build({
      entryPoints: [resolve(path)],
      bundle: true,
      write: false,
      outfile: 'config.mjs',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: 'external',
      alias: { 'aragora-slo': ENTRY },
      // What a project says of its own build is not for this file.
      tsconfigRaw: {},
      logLevel: 'silent',
      // CommonJS packages ask for Node's own modules by require.
      banner: { js: REQUIRE },
    });
    const text = (ending: string): string => outputFiles.find((file) => file.path.endsWith(ending))?.text ?? '';
    return { code: text('.mjs'), map: new SourceMap(JSON.parse(text('.map')) as SourceMapPayload) };
  } catch (cause) {
    const [first] = (cause as Partial<BuildFailure>).errors ?? [];
    if (first === undefined) throw cause;
    const place = first.location === null ? path : `${told(first.location.file)}:${first.location.line}`;
    throw new SloError('config-invalid', `${place}: ${first.text}`, { cause });
  } finally {
    await stop();
  }
}

const REQUIRE = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(${JSON.stringify(import.meta.url)});`;

/** `file:line` of the topmost frame that is the script's own; the file alone where there is none. */
function placeOf(error: unknown, map: SourceMap, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frame = SCRIPT_FRAME.exec(stack);
  if (frame === null) return path;
  const entry = map.findEntry(Number(frame[1]) - 1, Number(frame[2]) - 1);
  return 'originalSource' in entry ? `${told(entry.originalSource)}:${entry.originalLine + 1}` : path;
}

/** Sources are told from the current folder. */
function told(source: string): string {
  return relative('', source.startsWith('file:') ? fileURLToPath(source) : resolve(source));
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] || 'it throws an error without a message';
}

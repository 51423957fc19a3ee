/**
 * Runs a config file that is a program, in TypeScript or JavaScript, with all that it imports, and returns what it exports.
 * It is bundled first, so that it needs neither a package.json in its folder nor an installed aragora-slo.
 */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { BundleError, bundle } from '../bundle/bundle.ts';
import { SloError, unreachable } from '../core/error.ts';

const ENTRY = fileURLToPath(new URL('./define.ts', import.meta.url));
const DEADLINE_MS = 10_000;
/** As it appears in a stack: the bundle runs from a URL that contains it. */
const SCRIPT_FRAME = /data:text\/javascript[^\s)]*?:(\d+):(\d+)/;

interface Bundle {
  readonly code: string;
  readonly map: SourceMap;
}

/** What the script's thread reports. */
type Report =
  | { readonly kind: 'exported'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly message: string; readonly stack: string }
  | { readonly kind: 'no-data'; readonly what: string }
  | { readonly kind: 'ended' | 'late' };

/**
 * The default export of the script, as data: what can't be copied from one thread to another is no config.
 * @throws SloError `config-invalid` with the file and the place, for one that can't be read, does not parse, imports what is not there,
 * throws, ends the process, exports nothing or a function, or has not come to its end after 10 s.
 */
export async function runScript(path: string): Promise<unknown> {
  const { code, map } = await bundled(path);
  const report = await runInThread(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  switch (report.kind) {
    case 'exported':
      if (report.value !== undefined) return report.value;
      throw new SloError('config-invalid', `${path} has no default export`, {
        hint: 'export default defineConfig({ … })',
      });
    case 'threw':
      throw new SloError('config-invalid', `${placeOf(report.stack, map, path)}: ${firstLine(report.message)}`);
    case 'no-data':
      throw new SloError(
        'config-invalid',
        `${path}: the default export must be an object of data, got ${report.what}`,
        {
          hint: 'export default defineConfig({ … })',
        },
      );
    case 'ended':
      throw new SloError('config-invalid', `${path} ends the process instead of exporting a config`);
    case 'late':
      throw new SloError('config-invalid', `${path} does not end within ${DEADLINE_MS / 1000} s`);
    default:
      return unreachable(report);
  }
}

/** Listens all the while: a script that awaits what never comes would else end the thread as one does that ends the process. */
const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.on('message', () => {});
  const threw = (error) => parentPort.postMessage({ kind: 'threw', message: String(error?.message ?? error), stack: String(error?.stack ?? '') });
  const exported = ({ default: value }) => {
    try {
      parentPort.postMessage({ kind: 'exported', value });
    } catch {
      parentPort.postMessage({ kind: 'no-data', what: typeof value === 'function' ? 'a function' : 'an object that holds a function or another thing that is no data' });
    }
  };
  import(workerData).then(exported).catch(threw);`;

/**
 * In a separate thread, which can always be ended, and whose exit does not end ours. The environment is shared, because a script
 * may add to it.
 */
async function runInThread(url: string): Promise<Report> {
  const thread = new Worker(THREAD, { eval: true, workerData: url, env: SHARE_ENV, execArgv: [] });
  let deadline: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Report>((resolve) => {
      thread.once('message', resolve);
      thread.once('error', ({ message, stack = '' }) => resolve({ kind: 'threw', message, stack }));
      thread.once('exit', () => resolve({ kind: 'ended' }));
      deadline = setTimeout(() => resolve({ kind: 'late' }), DEADLINE_MS);
    });
  } finally {
    clearTimeout(deadline);
    await thread.terminate();
  }
}

async function bundled(path: string): Promise<Bundle> {
  try {
    const texts = await bundle({
      entryPoints: [resolve(path)],
      outfile: 'config.mjs',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: 'external',
      alias: { 'aragora-slo': ENTRY },
      // CommonJS packages ask for Node's own modules by require.
      banner: { js: REQUIRE },
    });
    const map = JSON.parse(texts.get('.map') ?? '{}') as SourceMapPayload;
    return { code: texts.get('.mjs') ?? '', map: new SourceMap(map) };
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause;
    const place = cause.place === null ? path : `${pathOf(cause.place.file)}:${cause.place.line}`;
    throw new SloError('config-invalid', `${place}: ${cause.message}`, { cause });
  }
}

const REQUIRE = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(${JSON.stringify(import.meta.url)});`;

/** `file:line` of the topmost frame in the script itself; only the file if there is none. */
function placeOf(stack: string, map: SourceMap, path: string): string {
  const frame = SCRIPT_FRAME.exec(stack);
  if (frame === null) return path;
  const entry = map.findEntry(Number(frame[1]) - 1, Number(frame[2]) - 1);
  return 'originalSource' in entry ? `${pathOf(entry.originalSource)}:${entry.originalLine + 1}` : path;
}

/** Of a source, from the current folder. */
function pathOf(source: string): string {
  return relative('', source.startsWith('file:') ? fileURLToPath(source) : resolve(source));
}

function firstLine(message: string): string {
  return message.split('\n')[0] || 'it throws an error without a message';
}

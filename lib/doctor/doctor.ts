/** The list of what is needed and what is installed. Installs nothing. */
import { existsSync } from 'node:fs';
import { SloError } from '../core/error.ts';
import { cacheRefusal } from '../engine/cache.ts';
import { runCommand } from '../engine/command.ts';
import { ENGINE_MODULE, enginePath, INSTALLED, installedEngine } from '../engine/ensure.ts';
import { findOnPath, probeEngine } from '../engine/probe.ts';
import { findGo, type GoToolchain } from '../engine/toolchain.ts';

interface Item {
  readonly name: string;
  readonly neededFor: string;
  /** What is installed; undefined when it is missing. */
  readonly found: string | undefined;
  /** What to do when it is missing. */
  readonly remedy: string;
}

/** For things that a run can do without. */
const OPTIONAL = 'not there';

/** `complete` is false when something is missing that a run needs. */
export async function doctor(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ text: string; complete: boolean }> {
  const go = await findGo(ENGINE_MODULE, { env, signal });
  const engineItem: Item = { name: 'load engine', neededFor: 'every run', ...(await describeEngine(env, go, signal)) };
  const required: Item[] = [
    // bin/sources.mjs refuses an older one before it loads anything else.
    { name: 'Node', neededFor: 'everything', found: process.version, remedy: '' },
    engineItem,
  ];
  const optional: Item[] = [
    {
      name: 'Go',
      neededFor: 'building the load engine, npm test',
      found: go.usable ? `${go.version}${go.takesNewer ? ', which takes a newer one to build with' : ''}` : undefined,
      remedy: go.usable ? '' : go.reason,
    },
    {
      name: 'Python 3',
      neededFor: 'npm run test:aragora',
      found: await versionOf('python3', env, signal),
      remedy: 'install python3 with venv',
    },
    {
      name: 'API token',
      neededFor: 'targets that ask for one',
      found: env['ARAGORA_API_TOKEN'] ? 'set (not shown)' : undefined,
      remedy: 'set ARAGORA_API_TOKEN',
    },
  ];
  const text = [...required.map((item) => line(item, 'missing')), ...optional.map((item) => line(item, OPTIONAL))].join(
    '\n',
  );
  return { text, complete: required.every((item) => item.found !== undefined) };
}

type Described = Pick<Item, 'found' | 'remedy'>;

/** What ensureEngine would use, in its order. */
async function describeEngine(env: NodeJS.ProcessEnv, go: GoToolchain, signal: AbortSignal): Promise<Described> {
  try {
    const named = env['ARAGORA_SLO_K6'];
    if (named) return await describeK6(named, 'ARAGORA_SLO_K6', env, signal);
    const installed = await installedEngine();
    if (installed !== undefined) return await describeK6(installed, INSTALLED, env, signal);
    const cached = await enginePath(env);
    if (existsSync(cached)) return await describeK6(cached, 'the cached load engine', env, signal);
    if (go.usable) return await describeBuild(env);
    const stock = await findOnPath('k6', env);
    if (stock !== undefined) return await describeK6(stock, 'the k6 on PATH', env, signal);
    return { found: undefined, remedy: `${go.remedy}, or name a k6 v2 in ARAGORA_SLO_K6` };
  } catch (error) {
    if (!(error instanceof SloError) || error.code === 'interrupted') throw error;
    return { found: undefined, remedy: error.hint ? `${error.message}; ${error.hint}` : error.message };
  }
}

async function describeK6(
  path: string,
  origin: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Described> {
  const engine = await probeEngine(path, origin, { env, signal, hint: '' });
  return { found: `${engine.path}, k6 ${engine.version}, output ${engine.source}`, remedy: '' };
}

async function describeBuild(env: NodeJS.ProcessEnv): Promise<Described> {
  const refusal = await cacheRefusal(env);
  if (refusal === undefined) {
    return { found: 'not built yet; the first run fetches k6 and builds it (about 2 minutes)', remedy: '' };
  }
  return { found: undefined, remedy: `${refusal}; set ARAGORA_SLO_CACHE to a directory that can` };
}

async function versionOf(command: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string | undefined> {
  const result = await runCommand(command, ['--version'], { env, signal });
  return result.exitCode === 0 ? (result.stdout || result.stderr).trim().split('\n')[0] : undefined;
}

function line({ name, neededFor, found, remedy }: Item, absent: string): string {
  const mark = found !== undefined ? '✓' : absent === OPTIONAL ? '·' : '✗';
  return `${mark} ${name.padEnd(12)} ${found ?? `${absent}: ${remedy}`}  (for ${neededFor})`;
}

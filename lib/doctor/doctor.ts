/** Owns the list of what is needed and what is there. Refuses to install anything. */
import { existsSync } from 'node:fs';
import { SloError } from '../core/error.ts';
import { findGo, OLDEST_GO } from '../engine/build.ts';
import { runCommand } from '../engine/command.ts';
import { enginePath } from '../engine/ensure.ts';
import { probeEngine } from '../engine/probe.ts';

interface Item {
  readonly name: string;
  readonly neededFor: string;
  /** What is there; undefined when it is missing. */
  readonly found: string | undefined;
  /** What to do when it is missing. */
  readonly remedy: string;
}

/** Said of what a run can do without. */
const OPTIONAL = 'not there';
const OLDEST_NODE = [20, 19] as const;

/** `complete` is false when a run of the harness would end for want of something. */
export async function doctor(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ text: string; complete: boolean }> {
  const go = await findGo({ env, onProgress: () => {}, signal });
  const cached = await enginePath(env);
  const engineItem: Item = {
    name: 'load engine',
    neededFor: 'every run',
    ...(await describeEngine(env, cached, go.usable, signal)),
  };
  const node = process.versions.node.split('.').map(Number);
  const nodeOk = (node[0] ?? 0) > OLDEST_NODE[0] || (node[0] === OLDEST_NODE[0] && (node[1] ?? 0) >= OLDEST_NODE[1]);
  const required: Item[] = [
    {
      name: 'Node',
      neededFor: 'everything',
      found: nodeOk ? process.version : undefined,
      remedy: `Node ${OLDEST_NODE.join('.')} or newer, this is ${process.version}`,
    },
    engineItem,
  ];
  const optional: Item[] = [
    {
      name: 'Go',
      neededFor: 'building the load engine, npm test',
      found: go.usable ? go.version : undefined,
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

async function describeEngine(
  env: NodeJS.ProcessEnv,
  cached: string,
  canBuild: boolean,
  signal: AbortSignal,
): Promise<Pick<Item, 'found' | 'remedy'>> {
  const remedy = `install Go ${OLDEST_GO} or newer, or name a k6 v2 in ARAGORA_SLO_K6`;
  const named = env['ARAGORA_SLO_K6'];
  if (named) return describeNamed(named, env, signal);
  if (existsSync(cached)) return { found: `${cached}, built`, remedy };
  if (canBuild) return { found: 'not built yet; the first run builds it (about 2 minutes)', remedy };
  const stock = await versionOf('k6', env, signal);
  return { found: stock === undefined ? undefined : `${stock} on PATH (stock, without the hdr output)`, remedy };
}

async function describeNamed(
  path: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Pick<Item, 'found' | 'remedy'>> {
  try {
    const engine = await probeEngine(path, 'ARAGORA_SLO_K6', { env, signal, hint: 'name a k6 binary, or unset it' });
    return { found: `${engine.path}, k6 ${engine.version}, output ${engine.source}`, remedy: '' };
  } catch (error) {
    if (!(error instanceof SloError) || error.code === 'interrupted') throw error;
    return { found: undefined, remedy: error.message };
  }
}

async function versionOf(command: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string | undefined> {
  const result = await runCommand(command, [command === 'k6' ? 'version' : '--version'], { env, signal });
  return result.exitCode === 0 ? (result.stdout || result.stderr).trim().split('\n')[0] : undefined;
}

function line({ name, neededFor, found, remedy }: Item, absent: string): string {
  const mark = found !== undefined ? '✓' : absent === OPTIONAL ? '·' : '✗';
  return `${mark} ${name.padEnd(12)} ${found ?? `${absent}: ${remedy}`}  (for ${neededFor})`;
}

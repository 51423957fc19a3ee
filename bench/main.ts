/**
 * `npm run bench`: runs all benchmarks, or those that are named, and rewrites their sections of docs/benchmarks.md. `--quick` measures less
 * and prints instead of writing.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SloError } from '../lib/core/error.ts';
import { legalValues } from '../lib/core/nearest.ts';
import { ensureEngine } from '../lib/engine/ensure.ts';
import { environmentOf, machine } from '../lib/run/environment.ts';
import type { Bench, Table } from './bench.ts';
import { cost } from './cost.ts';
import { ending } from './ending.ts';
import { exposition } from './exposition.ts';
import { memoryOverRequests } from './memory.ts';
import { merge } from './merge.ts';
import { truth } from './truth.ts';

const BENCHES = { cost, memory: memoryOverRequests, truth, ending, exposition, merge } as const satisfies Record<
  string,
  Bench
>;
type Name = keyof typeof BENCHES;
const NAMES = Object.keys(BENCHES) as Name[];
const DOCUMENT = new URL('../docs/benchmarks.md', import.meta.url);

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Each benchmark runs in its own process, so none inherits another's heap. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean' } }, allowPositionals: true });
  const quick = values.quick ?? false;
  for (const name of positionals.length === 0 ? NAMES : positionals.map(checked)) {
    const section = await inOwnProcess(name, quick);
    if (quick) process.stdout.write(`${section}\n\n`);
    else writeSection(name, section);
  }
}

function checked(name: string): Name {
  const known = NAMES.find((one) => one === name);
  if (known !== undefined) return known;
  throw new SloError('usage', `unknown benchmark "${name}"`, { hint: legalValues(name, NAMES) });
}

async function inOwnProcess(name: Name, quick: boolean): Promise<string> {
  const child = fork(fileURLToPath(import.meta.url), [name, String(quick)], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  let section: string | undefined;
  child.on('message', (message) => {
    section = String(message);
  });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  if (exitCode !== 0 || section === undefined) throw new SloError('prerequisite-missing', `benchmark ${name} failed`);
  return section;
}

/** The child process: runs one benchmark, and sends it to its parent as Markdown. */
async function child(name: Name, quick: boolean): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-bench-'));
  try {
    const engine = await ensureEngine({ onProgress: say });
    const [loadBefore = 0] = loadavg();
    const startedMs = performance.now();
    const tables = await BENCHES[name]({ engine, dir, quick, say: (line) => say(`${name}: ${line}`) });
    const took = Math.round((performance.now() - startedMs) / 1000);
    const { cpu, memory, os, node, engine: version } = environmentOf(engine, machine());
    const caption = `\`npm run bench ${name}${quick ? ' -- --quick' : ''}\`, ${took} s. ${cpu}, ${memory}, ${os}; Node ${node}; k6 ${version}. Load average before: ${loadBefore.toFixed(2)}.`;
    process.send?.([...tables.map(markdown), caption].join('\n\n'));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function markdown({ title, head, rows, notes }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [`### ${title}`, [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'), ...notes].join(
    '\n\n',
  );
}

function writeSection(name: Name, section: string): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const markers = [`<!-- bench ${name}: written by npm run bench -->`, `<!-- /bench ${name} -->`] as const;
  const [start, end] = [text.indexOf(markers[0]), text.indexOf(markers[1])];
  if (start < 0 || end < start) throw new Error(`docs/benchmarks.md must hold the lines "${markers.join('" and "')}"`);
  writeFileSync(DOCUMENT, `${text.slice(0, start)}${markers[0]}\n\n${section}\n\n${text.slice(end)}`);
  say(`${name}: written to docs/benchmarks.md`);
}

try {
  const [, , name = '', quick] = process.argv;
  if (process.send === undefined) await main();
  else await child(checked(name), quick === 'true');
} catch (error) {
  if (!(error instanceof SloError)) throw error;
  say(`${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`);
  process.exitCode = error.exitCode;
}

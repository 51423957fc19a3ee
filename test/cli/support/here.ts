/**
 * Runs the command line inside the test's process. That saves the seconds that a new process needs to read the sources, where what is tested
 * is words, files and exit codes. Signals, colours and broken pipes need a process of their own (cli.ts).
 */
import { vi } from 'vitest';
import { main } from '../../../lib/main.ts';
import { type CliOptions, type Ended, expectNoTrace, inheritedEnv, tempDir } from './cli.ts';

/** The command before. The current folder, the environment and the streams belong to the whole process, so one runs after another. */
let before: Promise<unknown> = Promise.resolve();

/** The same as `runCli`. */
export function runHere(args: readonly string[], options: Pick<CliOptions, 'cwd' | 'env'> = {}): Promise<Said> {
  const said = before.then(() => runAlone(args, options));
  // Whoever asked for it learns how it failed.
  before = said.catch(() => {});
  return said;
}

export type Said = Omit<Ended, 'signal'>;

async function runAlone(args: readonly string[], options: Pick<CliOptions, 'cwd' | 'env'>): Promise<Said> {
  const outside = { cwd: process.cwd(), env: process.env };
  const said = { stdout: '', stderr: '' };
  const spies = spiesOn(said);
  try {
    process.env = { ...inheritedEnv(), NO_COLOR: '1', ...options.env };
    process.chdir(options.cwd ?? tempDir());
    const exitCode = await main(args);
    expectNoTrace(said.stdout + said.stderr);
    return { exitCode, ...said };
  } finally {
    process.chdir(outside.cwd);
    process.env = outside.env;
    for (const spy of spies) spy.mockRestore();
  }
}

/** What goes to the two streams goes into `said`; vitest has a console of its own. */
function spiesOn(said: { stdout: string; stderr: string }) {
  const adds = (stream: keyof typeof said) => (text: unknown) => {
    said[stream] += String(text);
  };
  const [out, err] = [adds('stdout'), adds('stderr')];
  return [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written(out, text)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written(err, text)),
    vi.spyOn(console, 'log').mockImplementation((text = '') => out(`${text}\n`)),
    vi.spyOn(console, 'info').mockImplementation((text = '') => out(`${text}\n`)),
    vi.spyOn(console, 'warn').mockImplementation((text = '') => err(`${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation((text = '') => err(`${text}\n`)),
  ];
}

function written(add: (text: unknown) => void, text: unknown): true {
  add(text);
  return true;
}

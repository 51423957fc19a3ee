/**
 * Runs the command line as its own process, as a shell or a CI step does, and looks at what it leaves behind: output, exit code, processes,
 * files.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, inject, vi } from 'vitest';
import { ensureEngine } from '../../../lib/engine/ensure.ts';
import type { FindingsFile } from '../../../reports/json.ts';

/** The program as a user has it: slower to start than the bundled one (support/bundle), which is used unless a test names this. */
export const FROM_SOURCES = fileURLToPath(new URL('../../../bin/aragora-slo.mjs', import.meta.url));
/** Begins as it does because the load engine inherits such variables alone. */
const MARK = 'LC_ARAGORA_SLO_TEST_MARK';
const DEADLINE_MS = 90_000;

// A deadline that passes explains more than a test that timed out.
vi.setConfig({ testTimeout: 3 * DEADLINE_MS });

const folders: string[] = [];
const started: Cli[] = [];

export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-cli-'));
  folders.push(dir);
  return dir;
}

/** For afterAll: ends what a failed test left running, and removes every folder. */
export function cleanUp(): void {
  for (const cli of started.splice(0)) cli.kill();
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
}

/** For beforeAll: the engine is built once, outside of what is tested. */
export async function enginePath(): Promise<string> {
  const engine = await ensureEngine({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  return engine.path;
}

/** Resolves once `holds` returns true; fails with a message when it never does. */
export async function until(
  what: string | (() => string),
  holds: () => boolean,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  for (const endMs = Date.now() + deadlineMs; !holds(); await sleep(20)) {
    if (Date.now() <= endMs) continue;
    throw new Error(`in ${deadlineMs / 1000} s it did not come to: ${typeof what === 'string' ? what : what()}`);
  }
}

/** The environment without what a CI, a cloud or a team's own settings put there for the harness, its engine or its target. */
export function inheritedEnv(): NodeJS.ProcessEnv {
  const listenedTo = /^(GITHUB_|ARAGORA_(?!SLO_CACHE$)|OTEL_|AWS_|K6_|FORCE_COLOR$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !listenedTo.test(name)));
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Absent: a fresh folder. */
  readonly cwd?: string;
  /** The program; absent: this checkout's, bundled. */
  readonly bin?: string;
  /** Runs before the command in the same shell, for example `ulimit -f 8`. */
  readonly prelude?: string;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Process {
  readonly pid: number;
  readonly command: string;
}

export class Cli {
  readonly cwd: string;
  readonly #mark = `${process.pid}.${started.length}.${Math.random()}`;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], options: CliOptions = {}) {
    this.cwd = options.cwd ?? tempDir();
    const env = { ...inheritedEnv(), NO_COLOR: '1', ...options.env, [MARK]: this.#mark };
    const command = [process.execPath, options.bin ?? inject('bundled').command, ...args];
    const [file = '', ...rest] =
      options.prelude === undefined ? command : ['/bin/sh', '-c', `${options.prelude}\nexec "$@"`, 'sh', ...command];
    // In its own process group, as a shell does it: Ctrl-C goes to the group.
    this.#child = spawn(file, rest, { cwd: this.cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stdout += chunk;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stderr += chunk;
    });
    this.#child.once('error', (error) => {
      this.stderr += `it was not started: ${error.message}`;
    });
    // Not `once` of node:events, because something that nobody waits for must not become an error of the test.
    this.#closed = new Promise((resolve) => this.#child.once('close', resolve));
    started.push(this);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('it was not started');
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ctrl-C at a terminal is SIGINT to the whole group. */
  signal(name: NodeJS.Signals): void {
    process.kill(-this.pid, name);
  }

  async says(pattern: RegExp): Promise<void> {
    await until(
      () => `${pattern} on stderr, which says ${this.stderr}`,
      () => pattern.test(this.stderr) || !this.running,
    );
    expect(this.stderr).toMatch(pattern);
  }

  /** Ends all of it; a process that ends by itself meanwhile is no mistake. */
  kill(): void {
    for (const { pid } of this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  /** Closes the reading end, as `| head` does. */
  stopReading(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** The process, and everything that it started and that still runs. */
  processes(): Process[] {
    return processesWith(`${MARK}=${this.#mark}`);
  }

  /** The one of its processes whose command line matches. */
  async process(pattern: RegExp): Promise<number> {
    let found: Process | undefined;
    await until(`a process ${pattern}`, () => {
      found = this.processes().find(({ command }) => pattern.test(command));
      return found !== undefined;
    });
    // Never 0: that would be the group of this process.
    if (found === undefined) throw new Error(`there was a process ${pattern}`);
    return found.pid;
  }

  /** Waits for its end, and checks the same for every end: nothing of it keeps running, and it printed no stack trace. */
  async ended(): Promise<Ended> {
    let closed = false;
    void this.#closed.then(() => {
      closed = true;
    });
    await until(
      () => `its end; it says ${this.stdout}${this.stderr}`,
      () => closed,
    );
    await until('an end of all its processes', () => this.processes().length === 0);
    const { stdout, stderr } = this;
    expectNoTrace(stdout + stderr);
    return { exitCode: this.#child.exitCode, signal: this.#child.signalCode, stdout, stderr };
  }
}

/** Nobody should see a stack trace. */
export function expectNoTrace(text: string): void {
  expect(text).not.toMatch(/^\s+at .+:\d+|node:internal|\bdefect\b|UnhandledPromise/m);
}

export function runCli(args: readonly string[], options?: CliOptions): Promise<Ended> {
  return new Cli(args, options).ended();
}

/** Wrong usage, configuration or prerequisite: exit code 2, one line that begins with `error:`, perhaps a hint below. */
export function expectError(ended: Pick<Ended, 'stderr' | 'exitCode'>, says: RegExp): void {
  const errors = ended.stderr.split('\n').filter((line) => line.startsWith('error:'));
  expect(errors, ended.stderr).toHaveLength(1);
  expect(errors[0]).toMatch(says);
  expect(ended.exitCode).toBe(2);
}

/** Found by what is in their environment, which children inherit and `ps` shows. A zombie has none. */
function processesWith(entry: string): Process[] {
  if (!existsSync('/proc/self/environ')) {
    const lines = execFileSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
    return lines
      .filter((line) => line.includes(entry))
      .map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
  }
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(entry)) return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), command }];
    } catch {
      return []; // It ended just now, or belongs to another user.
    }
  });
}

export function shell(command: string): void {
  execFileSync('/bin/sh', ['-c', command], { stdio: 'pipe' });
}

/** Writes a value as JSON, which is YAML too, and returns its path. */
export function file(dir: string, name: string, value: unknown): string {
  const path = join(dir, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

export function findings(run: string): FindingsFile {
  return JSON.parse(readFileSync(join(run, 'findings.json'), 'utf8')) as FindingsFile;
}

/** The status of one finding of a run. */
export function statusOf(run: string, id: string): string | undefined {
  return findings(run).findings.find((finding) => finding.id === id)?.status;
}

/** Every file of a folder, with its bytes as text. */
export function filesOf(dir: string): Map<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  return new Map(
    names
      .filter((name) => statSync(join(dir, name)).isFile())
      .map((name) => [name, readFileSync(join(dir, name), 'latin1')]),
  );
}

export interface Gated extends Ended {
  /** The run folder. */
  readonly dir: string;
}

/** A run against a server of the test. */
export async function gate(url: string, profile: string, ...more: readonly string[]): Promise<Gated> {
  const dir = join(tempDir(), 'run');
  return { ...(await runCli(['run', '--target', url, '--profile', profile, '--out', dir, ...more])), dir };
}

/** The kinds of failures of one endpoint. */
export function failures(dir: string, endpoint: string): string[] {
  const recording = JSON.parse(filesOf(dir).get('recording.json') ?? '');
  const rows: readonly [...number[][], Record<string, number>][] = recording.endpoints[endpoint].seconds;
  return [...new Set(rows.flatMap((row) => Object.keys(row.at(-1) ?? {})))];
}

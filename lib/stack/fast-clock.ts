/**
 * Makes time in a Go program run faster, so that rules that wait for minutes are tried in seconds with every duration as documented. Go's
 * runtime is where a program gets the time from: a copy of Go with seven changed places and clock/fastclock.go compiles programs in which
 * ARAGORA_SLO_CLOCK_RATE says how many times as fast their time runs. Without the variable their time is as ever, so one build serves both.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyMend, type Mend } from '../engine/mend.ts';
import type { RunStep } from './cache.ts';

/** The changed files are of this Go. It is fetched where another one is installed. */
const GO_VERSION = 'go1.26.8';
const EDITS = 'edits.json';
const CLOCK = new URL('./clock/', import.meta.url);
/** Of a Go installation, what compiling needs. */
const COPIED = ['bin', 'lib', 'pkg', 'src', 'go.env', 'VERSION'];

export const CLOCK_RATE = 'ARAGORA_SLO_CLOCK_RATE';
export const LARGEST_RATE = 1000;

/** The reason why programs that are built here keep real time; null: their time can run faster. */
export function noFastClock(platform = process.platform, arch: string = process.arch): string | null {
  if (platform === 'linux' && arch === 'x64') return null;
  return `time can be made to run faster on Linux with x86-64 alone, and this is ${platform} with ${arch}`;
}

/** What a fast clock is made of. */
export interface ClockSources {
  readonly go: string;
  readonly edits: readonly Mend[];
  /** The Go file that is added. */
  readonly added: string;
}

/** null where programs keep real time. */
export async function clockSources(): Promise<ClockSources | null> {
  if (noFastClock() !== null) return null;
  const [edits, added] = await Promise.all([
    readFile(new URL(EDITS, CLOCK), 'utf8'),
    readFile(new URL('fastclock.go', CLOCK), 'utf8'),
  ]);
  return { go: GO_VERSION, edits: JSON.parse(edits) as readonly Mend[], added };
}

/**
 * Makes `folder` a copy of Go with the fast clock; returns its program `go`. An overlay would be shorter, but Go refuses one for a toolchain
 * that lies in its module cache.
 */
export async function patchedGo({ go, edits, added }: ClockSources, folder: string, run: RunStep): Promise<string> {
  const root = (await run('go', ['env', 'GOROOT'], { env: { GOTOOLCHAIN: go, GOROOT: '' } })).trim();
  await mkdir(folder);
  for (const part of COPIED) await cp(join(root, part), join(folder, part), { recursive: true });
  // What Go keeps in its module cache is read-only.
  await run('chmod', ['-R', 'u+w', folder]);
  const source = join(folder, 'src');
  for (const edit of edits) await applyMend(edit, source, { what: go, list: `lib/stack/clock/${EDITS}` });
  await writeFile(join(source, 'runtime/fastclock.go'), added);
  return join(folder, 'bin/go');
}

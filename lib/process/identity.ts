/** Distinguishes a process from a later one that got the same id. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { statOf } from './stat.ts';

const run = promisify(execFile);
const ENDED = ['Z', 'X'];

/** When the process with this id started, in words of the system that only compare; null: there is none. */
export async function startOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return await linuxStartOf(pid);
  const shown = await run('ps', ['-o', 'lstart=', '-p', `${pid}`]).catch(() => null);
  const started = shown?.stdout.trim() ?? '';
  return started === '' ? null : started;
}

async function linuxStartOf(pid: number): Promise<string | null> {
  const stat = await statOf(pid);
  return stat === null || ENDED.includes(stat.state) ? null : stat.started;
}

export interface Identity {
  readonly pid: number;
  readonly started: string;
}

/** null: there is no such process. */
export async function identityOf(pid: number): Promise<Identity | null> {
  const started = await startOf(pid);
  return started === null ? null : { pid, started };
}

/** Whether it is still there, and not another one with its id. */
export async function isAlive({ pid, started }: Identity): Promise<boolean> {
  return (await startOf(pid)) === started;
}

/** What Linux says of a process in /proc. */
import { readFile } from 'node:fs/promises';

export interface ProcessStat {
  /** One letter, for example `S` (sleeping), `T` (stopped by a signal), `Z` (it has ended). */
  readonly state: string;
  /** CPU time that it has used so far, all its threads together. */
  readonly cpuMs: number;
  /** When it started, in ticks since the machine did. */
  readonly started: string;
}

/** Linux gives times to programs in this unit on every machine. */
const MS_PER_TICK = 10;
/** Of the fields after the name. */
const [STATE, USER, SYSTEM, STARTED] = [0, 11, 12, 19];

/** null: there is no such process, or this is no Linux. */
export async function statOf(pid: number): Promise<ProcessStat | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // Its name may have blanks and brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state, started] = [fields[STATE], fields[STARTED]];
  if (state === undefined || started === undefined) return null;
  return { state, started, cpuMs: (Number(fields[USER]) + Number(fields[SYSTEM])) * MS_PER_TICK };
}

/** Memory of its own that is in use (RSS); null as `statOf`. */
export async function memoryOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

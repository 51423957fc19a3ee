/** What Linux reports about a process: CPU time and memory. Source: proc(5), /proc/pid/stat fields 14 and 15, and /proc/pid/status. */
import { readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const TICK_US = 10_000;

/** User + system CPU time of the process so far, in µs, with a resolution of 10 ms. Throws when the process is gone. */
export function cpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the file name in brackets, which may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

export interface Memory {
  readonly rssBytes: number;
  /** The largest resident set so far. */
  readonly peakRssBytes: number;
}

/** Throws when the process is gone. */
export function memory(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { rssBytes: bytes('VmRSS'), peakRssBytes: bytes('VmHWM') };
}

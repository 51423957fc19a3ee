/** The machine's fingerprint: the parts of a run's environment that decide whether its latencies are comparable. */
import { createHash } from 'node:crypto';
import type { Environment } from '../core/run.ts';
import type { Machine } from './model/record.ts';

/** From a run's environment; null when any part is missing or unknown. */
export function machineOf(environment: Environment): Machine | null {
  const [, cpu, cores] = /^(.+) × (\d+)$/.exec(environment['cpu'] ?? '') ?? [];
  const [, os, arch] = /^(\S+) \S+ (\S+)$/.exec(environment['os'] ?? '') ?? [];
  const [, memory] = /^([\d.]+) GiB$/.exec(environment['memory'] ?? '') ?? [];
  const { engine } = environment;
  if (cpu === undefined || cores === undefined || os === undefined || arch === undefined) return null;
  if (memory === undefined || engine === undefined || [cpu, engine].some((text) => text.includes('unknown')))
    return null;
  return { cpu, cores: Number(cores), memoryGiB: Math.round(Number(memory)), os, arch, engine };
}

/** Twelve hexadecimal digits, the same for machines that are alike in everything that matters to latency. */
export function fingerprintOf({ cpu, cores, memoryGiB, os, arch, engine }: Machine): string {
  return createHash('sha256')
    .update(JSON.stringify([cpu, cores, memoryGiB, os, arch, engine]))
    .digest('hex')
    .slice(0, 12);
}

/** The machine and the versions of a run. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import type { Environment } from '../core/run.ts';
import type { Engine } from '../engine/ensure.ts';

export function harnessVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** @param where what a latency depends on besides the server. */
export function environmentOf(engine: Engine, where: Environment): Environment {
  return {
    'aragora-slo': harnessVersion(),
    engine: `${engine.version} (${engine.source})`,
    node: process.version,
    ...where,
  };
}

/** Of a load from this machine: what a latency depends on besides the server, under the names that a run stores. */
export function machine(): Environment {
  return {
    os: `${platform()} ${release()} ${arch()}`,
    cpu: `${cpus()[0]?.model ?? 'unknown'} × ${availableParallelism()}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
  };
}

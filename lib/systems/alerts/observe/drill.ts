/** Runs the command `drill` as a process of its own, so that it shares no event loop with the run, and reads what it saw. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from '../../../process/child.ts';
import type { Entry } from '../model/timeline.ts';

const PROGRAM = fileURLToPath(new URL('../../../../bin/aragora-slo.mjs', import.meta.url));
/** It stops its server, Prometheus and Alertmanager in order. */
const STOP_MS = 60_000;
const KEPT_CHARACTERS = 4096;

export interface DrillSeen {
  readonly timeline: readonly Entry[];
  /** What it said last; '' when it said nothing. */
  readonly complaint: string;
}

/** Into `dir`, which it makes. Ends with the signal. */
export async function drillAlone(dir: string, signal: AbortSignal): Promise<DrillSeen> {
  const child = new Child(process.execPath, {
    args: [PROGRAM, 'drill', '--quiet', '--out', dir],
    stdio: ['ignore', 'ignore', 'pipe'],
    asks: 'SIGINT',
    patienceMs: STOP_MS,
  });
  let said = '';
  child.output(2).on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-KEPT_CHARACTERS);
  });
  child.stopOn(signal, () => undefined);
  const { startError } = await child.closed;
  return {
    timeline: await timelineIn(join(dir, 'drill.jsonl')),
    complaint: startError?.message ?? firstComplaint(said),
  };
}

async function timelineIn(path: string): Promise<Entry[]> {
  if (!existsSync(path)) return [];
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry);
}

/** The error, without the lines below it that are a log's or a hint. */
function firstComplaint(said: string): string {
  const lines = said.trim().split('\n');
  const error = lines.findLast((line) => line.startsWith('error: ')) ?? lines.at(-1) ?? '';
  return error.replace(/^error: /, '');
}

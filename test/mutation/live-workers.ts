/** Plays a sample of mutants in real runs, some side by side, and compares each with what the tape says of it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fate, Played } from './play.ts';

const WORKER = fileURLToPath(new URL('live-worker.ts', import.meta.url));

/** A mutant that was played on tape and in a real run. */
export interface LivePlayed extends Played {
  readonly onTape: Fate;
  /** The load was not sent as planned, because the machine was busy: what was noticed counts, and what was not does not. */
  readonly isDisturbed: boolean;
  /** Runnable processes of the last minute when the run had ended. */
  readonly loadAverage: number;
}

interface LiveRuns {
  /** A folder with a tape. */
  readonly dir: string;
  readonly abreast: number;
  /** No run begins later than this. */
  readonly untilMs: number;
  /** Where results are kept, also of an earlier call: those are not played again. */
  readonly results: string | undefined;
}

export async function playLive(
  played: readonly Played[],
  { dir, abreast, untilMs, results }: LiveRuns,
): Promise<LivePlayed[]> {
  const done = results === undefined ? [] : kept(results);
  const wanted = new Set(played.map(({ id }) => id));
  const known = new Set(done.map(({ id }) => id));
  const waiting = played.filter(({ id }) => !known.has(id));
  const runs = mkdtempSync(join(tmpdir(), 'aragora-slo-live-'));
  const lane = async () => {
    const worker = fork(WORKER, [dir, runs], { execArgv: ['--import', 'tsx'] });
    const ended = once(worker, 'exit').then(([code]): never => {
      throw new Error(`a worker ended with ${code}`);
    });
    try {
      for (let one = nextOf(waiting, untilMs); one !== undefined; one = nextOf(waiting, untilMs)) {
        const fate = await Promise.race([fateOf(worker, one.id), ended]);
        const [loadAverage = 0] = loadavg();
        done.push({ ...one, ...fate, onTape: one.fate, loadAverage });
        process.stderr.write(`${done.length} of ${played.length}  ${fate.fate} (on tape ${one.fate})  ${one.id}\n`);
        if (results !== undefined) writeFileSync(results, `${JSON.stringify(done, null, 1)}\n`);
      }
    } finally {
      ended.catch(() => {});
      worker.disconnect();
    }
  };
  try {
    await Promise.all(Array.from({ length: abreast }, lane));
  } finally {
    rmSync(runs, { recursive: true, force: true });
  }
  // Played again another time.
  const isPlayed = ({ fate, isDisturbed }: LivePlayed) => fate === 'killed' || !isDisturbed;
  return done.filter((one) => wanted.has(one.id) && isPlayed(one));
}

function kept(results: string): LivePlayed[] {
  const all = existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as LivePlayed[]) : [];
  return all.filter(({ fate, isDisturbed }) => fate === 'killed' || !isDisturbed);
}

function nextOf(waiting: Played[], untilMs: number): Played | undefined {
  return Date.now() < untilMs ? waiting.shift() : undefined;
}

type LiveFate = Pick<LivePlayed, 'fate' | 'by' | 'isDisturbed'>;

function fateOf(worker: ChildProcess, id: string): Promise<LiveFate> {
  return new Promise((resolve) => {
    worker.once('message', (fate) => resolve(fate as LiveFate));
    worker.send(id);
  });
}

/** Those that came off otherwise than on tape: each is a question to the tape, or to how busy the machine was. */
export function differingText(played: readonly LivePlayed[]): string {
  const different = played.filter(({ fate, onTape }) => (fate === 'killed') !== (onTape === 'killed'));
  const lines = different.map(
    ({ id, fate, onTape, by }) => `  ${id}: ${onTape} on tape, ${fate} live (${by.join(', ')})`,
  );
  return `Otherwise than on tape: ${different.length} of ${played.length}\n${lines.join('\n')}`;
}

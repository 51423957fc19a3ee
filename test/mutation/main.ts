/**
 * `npm run mutate`: tapes one run of the unbroken reference target, tells every lie about it that the operators make, and prints how many of
 * them the checks notice. options.ts has its options.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordTape } from '../proofs/tape.ts';
import { hasTape, readTape, writeTape } from '../proofs/tape-file.ts';
import { BEFORE } from './before.ts';
import { FLOOR } from './floor.ts';
import { chosen, mutantsOf } from './mutants.ts';
import { type MutateOptions, mutateOptions, USAGE, WrongUsage } from './options.ts';
import { type Measured, markdownReport, scoresOf, survivorsPage, textReport } from './report.ts';
import { tallyOf } from './score.ts';
import { playInWorkers } from './workers.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/verdict.md', import.meta.url));
const MARKERS = ['<!-- mutation: written by npm run mutate -- --write-docs -->', '<!-- /mutation -->'] as const;
const WORKERS = Math.min(2, availableParallelism());
const EVERY = 100;

const values = optionsOrExit();
const measured = await measure();
const text = textReport(measured);
const { score } = tallyOf(measured.played);
console.log(text);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(jsonOf(measured), null, 1)}\n`);
if (values.survivors !== undefined) writeFileSync(values.survivors, survivorsPage(measured.played));
if (values.writeDocs) writeBetweenMarkers(markdownReport(measured, BEFORE));
process.exit(score !== null && score < FLOOR ? 1 : 0);

function optionsOrExit(): MutateOptions {
  try {
    const options = mutateOptions(process.argv.slice(2));
    if (options !== 'help') return options;
    console.log(USAGE);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function measure(): Promise<Measured> {
  const dir = values.tape ?? mkdtempSync(join(tmpdir(), 'aragora-slo-mutate-'));
  mkdirSync(dir, { recursive: true });
  try {
    const taped = join(dir, 'tape');
    if (!hasTape(taped)) writeTape(await recordTape(dir, new AbortController().signal));
    const all = mutantsOf(readTape(taped));
    const { seed } = values;
    const mutants = chosen(all, values);
    let done = 0;
    const onPlayed = () => {
      done += 1;
      if (done % EVERY === 0) process.stderr.write(`${done} of ${mutants.length}\n`);
    };
    const played = await playInWorkers(mutants, { dir: taped, workers: WORKERS, onPlayed });
    return { seed, generated: all.length, played };
  } finally {
    if (values.tape === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

function jsonOf({ seed, generated, played }: Measured) {
  return { seed, generated, ...tallyOf(played), scores: scoresOf(played), mutants: played };
}

function writeBetweenMarkers(table: string): void {
  const page = readFileSync(DOCUMENT, 'utf8');
  const [start, end] = MARKERS.map((marker) => page.indexOf(marker));
  if (start === undefined || end === undefined || start < 0 || end < start)
    throw new Error(`${DOCUMENT} must hold the lines "${MARKERS.join('" and "')}"`);
  writeFileSync(DOCUMENT, `${page.slice(0, start)}${MARKERS[0]}\n\n${table}\n\n${page.slice(end)}`);
}

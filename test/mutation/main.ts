/**
 * `npm run mutate`: tapes one run of the unbroken reference target, makes every change of it that the operators know, and prints how many of
 * them the checks notice. options.ts has its options.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentedRows } from '../../lib/commands/coverage.ts';
import { recordTape } from '../proofs/tape.ts';
import { hasTape, readTape, writeTape } from '../proofs/tape-file.ts';
import { playAnswers, playAnswersLive } from './answers/index.ts';
import { ANSWERS_BEFORE, BEFORE } from './before.ts';
import { claimsOf, unsupported } from './claims.ts';
import { equivalence } from './equivalent.ts';
import { ANSWERS_FLOOR, FLOOR } from './floor.ts';
import { differingText, playLive } from './live-workers.ts';
import { chosen, inLots, mutantsOf } from './mutants.ts';
import { type MutateOptions, mutateOptions, USAGE, WrongUsage } from './options.ts';
import { type Measured, markdownReport, scoresOf, survivorsPage, textReport } from './report.ts';
import { tallyOf } from './score.ts';
import { playInWorkers } from './workers.ts';

const options = optionsOrExit();

const DOCUMENT = fileURLToPath(new URL('../../docs/verdict.md', import.meta.url));
/** Around the tables of the document. */
const MARKERS = options.answers
  ? (['<!-- answers: written by npm run mutate -- --answers --write-docs -->', '<!-- /answers -->'] as const)
  : (['<!-- mutation: written by npm run mutate -- --write-docs -->', '<!-- /mutation -->'] as const);
const WORKERS = Math.min(2, availableParallelism());
const EVERY = 100;

if (options.live !== undefined) process.exit(await (options.answers ? liveAnswers : live)(options.live));
const measured = options.answers ? await measureAnswers() : await measure();
// Answers are no evidence of telemetry, so they support no claim about it.
const claims = options.answers ? [] : claimsOf(documentedRows());
const text = textReport(measured, claims);
const { score } = tallyOf(measured.played);
const floor = options.answers ? ANSWERS_FLOOR : FLOOR;
const isAll = measured.played.length === measured.generated;
const isClaimWrong = isAll && unsupported(claims, measured.played).length > 0;
console.log(text);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(jsonOf(measured), null, 1)}\n`);
if (options.survivors !== undefined) writeFileSync(options.survivors, survivorsPage(measured.played));
if (options.writeDocs) writeBetweenMarkers(markdownReport(measured, options.answers ? ANSWERS_BEFORE : BEFORE));
process.exit((score !== null && score < floor) || isClaimWrong ? 1 : 0);

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

async function live(count: number): Promise<number> {
  const untilMs = Date.now() + options.minutes * 60_000;
  return onTape(async (taped) => {
    const { seed } = options;
    const all = mutantsOf(readTape(taped));
    const noticeable = inLots(
      all.filter((mutant) => equivalence(mutant) === null),
      seed,
    );
    // Some leave the tape as it is.
    const drawn = noticeable.slice(0, Math.ceil(1.5 * count));
    const byTape = await playInWorkers(drawn, { dir: taped, workers: WORKERS, onPlayed: () => {} });
    const order = new Map(drawn.map(({ id }, at) => [id, at]));
    const different = byTape
      .filter(({ fate }) => fate !== 'unchanged' && fate !== 'repeated')
      .sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
    const runs = { dir: taped, abreast: options.abreast, untilMs, results: options.json };
    const played = await playLive(different.slice(0, count), runs);
    console.log(textReport({ seed, generated: all.length, played }, []));
    console.log(`\n${differingText(played)}`);
    const { score } = tallyOf(played);
    return score !== null && score < FLOOR ? 1 : 0;
  });
}

async function liveAnswers(count: number): Promise<number> {
  const { seed } = options;
  const untilMs = Date.now() + options.minutes * 60_000;
  const { generated, played } = await playAnswersLive({ count, seed, untilMs }, ({ id, fate, onTape, by }) => {
    process.stderr.write(`${fate} (on tape ${onTape})  ${id}  ${by.join(', ')}\n`);
  });
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(played, null, 1)}\n`);
  console.log(`${textReport({ seed, generated, played }, [])}\n\n${differingText(played)}`);
  const { score } = tallyOf(played);
  return score !== null && score < ANSWERS_FLOOR ? 1 : 0;
}

async function measureAnswers(): Promise<Measured> {
  return { seed: options.seed, ...(await playAnswers(options)) };
}

async function measure(): Promise<Measured> {
  return onTape(async (taped) => {
    const all = mutantsOf(readTape(taped));
    const mutants = chosen(all, options);
    let done = 0;
    const onPlayed = () => {
      done += 1;
      if (done % EVERY === 0) process.stderr.write(`${done} of ${mutants.length}\n`);
    };
    const played = await playInWorkers(mutants, { dir: taped, workers: WORKERS, onPlayed });
    return { seed: options.seed, generated: all.length, played };
  });
}

/** With the folder of a tape, which is recorded if there is none. */
async function onTape<T>(act: (taped: string) => Promise<T>): Promise<T> {
  const dir = options.tape ?? mkdtempSync(join(tmpdir(), 'aragora-slo-mutate-'));
  mkdirSync(dir, { recursive: true });
  try {
    const taped = join(dir, 'tape');
    if (!hasTape(taped)) writeTape(await recordTape(dir, new AbortController().signal));
    return await act(taped);
  } finally {
    if (options.tape === undefined) rmSync(dir, { recursive: true, force: true });
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

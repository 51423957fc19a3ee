/**
 * `npm run mutate`: tapes one run of the unbroken reference target, tells every lie about it that the operators make, and prints how many of
 * them the checks notice. `--sample N`, `--signal X` and `--operator Y` play fewer, `--seed N` draws others, `--tape DIR` plays the tape that is
 * there, or keeps it there. `--json FILE` and `--survivors FILE` write what was found; `--write-docs` writes docs/verdict.md. Exit code 1
 * when the score is below the floor, or when all were played and none supports a claim of the table of evidence.
 *
 * `--live N` plays so many of those that somebody should notice in real runs of the harness as well, `--abreast N` side by side, and begins no
 * run after `--minutes N`. With `--json FILE` what was played before is not played again.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { documentedRows } from '../../lib/commands/coverage.ts';
import { recordTape } from '../proofs/tape.ts';
import { hasTape, readTape, writeTape } from '../proofs/tape-file.ts';
import { BEFORE } from './before.ts';
import { claimsOf, unsupported } from './claims.ts';
import { equivalence } from './equivalent.ts';
import { FLOOR } from './floor.ts';
import { differingText, playLive } from './live-workers.ts';
import { chosen, inLots, mutantsOf } from './mutants.ts';
import { type Measured, markdownReport, scoresOf, survivorsPage, textReport } from './report.ts';
import { tallyOf } from './score.ts';
import { playInWorkers } from './workers.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/verdict.md', import.meta.url));
const MARKERS = ['<!-- mutation: written by npm run mutate -- --write-docs -->', '<!-- /mutation -->'] as const;
const WORKERS = Math.min(2, availableParallelism());
const EVERY = 100;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    sample: { type: 'string' },
    signal: { type: 'string' },
    operator: { type: 'string' },
    tape: { type: 'string' },
    json: { type: 'string' },
    survivors: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
    live: { type: 'string' },
    abreast: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '600' },
  },
});

if (values.live !== undefined) process.exit(await live(Number(values.live)));
const measured = await measure();
const claims = claimsOf(documentedRows());
const text = textReport(measured, claims);
const { score } = tallyOf(measured.played);
const isAll = measured.played.length === measured.generated;
const isClaimWrong = isAll && unsupported(claims, measured.played).length > 0;
console.log(text);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(jsonOf(measured), null, 1)}\n`);
if (values.survivors !== undefined) writeFileSync(values.survivors, survivorsPage(measured.played));
if (values['write-docs']) writeBetweenMarkers(markdownReport(measured, BEFORE));
process.exit((score !== null && score < FLOOR) || isClaimWrong ? 1 : 0);

async function live(count: number): Promise<number> {
  const untilMs = Date.now() + Number(values.minutes) * 60_000;
  return onTape(async (taped) => {
    const seed = Number(values.seed);
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
    const runs = { dir: taped, abreast: Number(values.abreast), untilMs, results: values.json };
    const played = await playLive(different.slice(0, count), runs);
    console.log(textReport({ seed, generated: all.length, played }, []));
    console.log(`\n${differingText(played)}`);
    const { score } = tallyOf(played);
    return score !== null && score < FLOOR ? 1 : 0;
  });
}

/** With the folder of a tape, which is recorded if there is none. */
async function onTape<T>(act: (taped: string) => Promise<T>): Promise<T> {
  const dir = values.tape ?? mkdtempSync(join(tmpdir(), 'aragora-slo-mutate-'));
  mkdirSync(dir, { recursive: true });
  try {
    const taped = join(dir, 'tape');
    if (!hasTape(taped)) writeTape(await recordTape(dir, new AbortController().signal));
    return await act(taped);
  } finally {
    if (values.tape === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(): Promise<Measured> {
  return onTape(async (taped) => {
    const all = mutantsOf(readTape(taped));
    const { signal, operator } = values;
    const seed = Number(values.seed);
    const sample = values.sample === undefined ? undefined : Number(values.sample);
    const mutants = chosen(all, { seed, sample, signal, operator });
    let done = 0;
    const onPlayed = () => {
      done += 1;
      if (done % EVERY === 0) process.stderr.write(`${done} of ${mutants.length}\n`);
    };
    const played = await playInWorkers(mutants, { dir: taped, workers: WORKERS, onPlayed });
    return { seed, generated: all.length, played };
  });
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

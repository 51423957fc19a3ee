/**
 * `npm run calibrate`: simulates the verdict, early answers, the comparison of runs and the search for changes, and rewrites the tables
 * between the markers of docs/verdict.md, early.md, compare.md and history.md. `-- verdict`, `-- early`, `-- compare` or `-- history` runs
 * only that one; `--quick` runs a tenth of the repetitions and prints instead of writing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { calibrateChanges } from './changes.ts';
import { calibrateComparison } from './comparison.ts';
import { calibrateEarly } from './early-answers.ts';
import { calibrateVerdict } from './verdict.ts';

const MARKERS = ['<!-- calibration: written by npm run calibrate -->', '<!-- /calibration -->'] as const;

const TABLES = {
  verdict: calibrateVerdict,
  early: calibrateEarly,
  compare: calibrateComparison,
  history: calibrateChanges,
};

function main(words: readonly string[]): void {
  const quick = words.includes('--quick');
  for (const [name, calibrate] of Object.entries(TABLES)) {
    if (Object.keys(TABLES).some((other) => words.includes(other)) && !words.includes(name)) continue;
    let table = '';
    for (table of calibrate(quick)) {
      if (!quick) writeBetweenMarkers(new URL(`../../docs/${name}.md`, import.meta.url), table);
    }
    if (quick) process.stdout.write(`${table}\n`);
  }
}

function writeBetweenMarkers(document: URL, table: string): void {
  const text = readFileSync(document, 'utf8');
  const [start, end] = MARKERS.map((marker) => text.indexOf(marker));
  if (start === undefined || end === undefined || start < 0 || end < start) {
    throw new Error(`${document.pathname} must hold the lines "${MARKERS.join('" and "')}"`);
  }
  writeFileSync(document, `${text.slice(0, start)}${MARKERS[0]}\n\n${table}\n\n${text.slice(end)}`);
}

main(process.argv.slice(2));

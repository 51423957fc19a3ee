/**
 * Owns `npm run calibrate`: simulates the verdict and rewrites the table between the markers of docs/verdict.md.
 * Refuses to know how a verdict is reached. `--quick` runs a tenth of the repetitions and prints instead of writing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { autoregressive, type Load, type Process, queue, stalls } from './processes.ts';
import { type Row, simulate } from './simulate.ts';
import { renderTable, type Section } from './table.ts';

const DOCUMENT = new URL('../../docs/verdict.md', import.meta.url);
const MARKERS = ['<!-- calibration: written by npm run calibrate -->', '<!-- /calibration -->'] as const;
const ALLOWED_SHARES = [0.5, 0.05, 0.01, 0.001];

interface Setting extends Load {
  readonly title: string;
  readonly repetitions: number;
}

const SETTINGS: readonly Setting[] = [
  { title: 'smoke, the slowest endpoint', seconds: 60, ratePerSec: 10, repetitions: 1000 },
  { title: 'smoke, one endpoint', seconds: 60, ratePerSec: 30, repetitions: 1000 },
  { title: 'smoke, the busiest endpoint', seconds: 60, ratePerSec: 50, repetitions: 1000 },
  { title: 'smoke, all HTTP endpoints pooled', seconds: 60, ratePerSec: 100, repetitions: 1000 },
  { title: 'load', seconds: 300, ratePerSec: 100, repetitions: 500 },
  { title: 'soak', seconds: 3600, ratePerSec: 50, repetitions: 400 },
];

function main(quick: boolean): void {
  const processes: readonly Process[] = [
    autoregressive('independent', 0),
    autoregressive('AR(1) 0.9', 0.9),
    autoregressive('AR(1) 0.99', 0.99),
    queue('M/G/1 queue'),
    stalls('stalls of 0.2 s', 0.2),
    stalls('stalls of 1 s', 1),
  ];
  const sections: Section[] = SETTINGS.map((setting, at) => {
    const repetitions = quick ? setting.repetitions / 10 : setting.repetitions;
    const rows: Row[] = processes.flatMap((process, index) =>
      simulate(process, setting, ALLOWED_SHARES, repetitions, 1000 * (at + 1) + index),
    );
    process.stderr.write(`calibrated ${setting.title}: ${process.uptime().toFixed(0)} s so far\n`);
    return { ...setting, repetitions, rows };
  });
  const table = renderTable(sections);
  if (quick) process.stdout.write(`${table}\n`);
  else writeBetweenMarkers(table);
}

function writeBetweenMarkers(table: string): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [start, end] = MARKERS.map((marker) => text.indexOf(marker));
  if (start === undefined || end === undefined || start < 0 || end < start) {
    throw new Error(`docs/verdict.md must hold the lines "${MARKERS.join('" and "')}"`);
  }
  writeFileSync(DOCUMENT, `${text.slice(0, start)}${MARKERS[0]}\n\n${table}\n\n${text.slice(end)}`);
}

main(process.argv.includes('--quick'));

/**
 * Owns `npm run calibrate`: simulates the verdict and rewrites the tables between the markers of docs/verdict.md and docs/early.md.
 * Refuses to know how a verdict is reached. `--quick` runs a tenth of the repetitions and prints instead of writing; `--early` does early
 * answers alone.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { simulateEarly } from './early.ts';
import { type EarlySection, renderEarly } from './early-table.ts';
import { autoregressive, type Load, type Process, queue, stalls } from './processes.ts';
import { type Row, simulate } from './simulate.ts';
import { renderTable, type Section } from './table.ts';

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

interface EarlySetting extends Setting {
  readonly firstSec: number;
}

const EARLY_SETTINGS: readonly EarlySetting[] = [
  { title: 'nightly, one endpoint', seconds: 900, ratePerSec: 20, firstSec: 150, repetitions: 300 },
  { title: 'load, one endpoint', seconds: 300, ratePerSec: 40, firstSec: 150, repetitions: 300 },
  { title: 'looked at too early', seconds: 300, ratePerSec: 40, firstSec: 20, repetitions: 300 },
];

function verdictTable(quick: boolean): string {
  const laws: readonly Process[] = [...smoothLaws(), stalls('stalls of 0.2 s', 0.2), stalls('stalls of 1 s', 1)];
  const sections: Section[] = SETTINGS.map((setting, at) => {
    const repetitions = quick ? setting.repetitions / 10 : setting.repetitions;
    const rows: Row[] = laws.flatMap((law, index) =>
      simulate(law, setting, ALLOWED_SHARES, repetitions, 1000 * (at + 1) + index),
    );
    process.stderr.write(`calibrated ${setting.title}: ${process.uptime().toFixed(0)} s so far\n`);
    return { ...setting, repetitions, rows };
  });
  return renderTable(sections);
}

function smoothLaws(): Process[] {
  return [
    autoregressive('independent', 0),
    autoregressive('AR(1) 0.9', 0.9),
    autoregressive('AR(1) 0.99', 0.99),
    queue('M/G/1 queue'),
  ];
}

/** Seconds between stalls; at the limit each lasts so long that they break a P95 or a P99. */
const STALLS_EVERY_SEC = [10, 20, 30, 40, 100];

function earlyTable(quick: boolean): string {
  const smooth = smoothLaws().map((law) => ({ law, shares: [0.05, 0.01] }));
  const stalled = STALLS_EVERY_SEC.flatMap((everySec) =>
    [0.05, 0.01].map((share) => ({
      law: stalls(`stalls of ${(share * everySec).toFixed(1)} s, once in ${everySec} s`, share * everySec),
      shares: [share],
    })),
  );
  const sections: EarlySection[] = EARLY_SETTINGS.map((setting, at) => {
    const repetitions = quick ? setting.repetitions / 10 : setting.repetitions;
    const rows = [...smooth, ...stalled].flatMap(({ law, shares }, index) =>
      simulateEarly(law, setting, shares, repetitions, 10_000 * (at + 1) + index),
    );
    process.stderr.write(`calibrated ${setting.title}: ${process.uptime().toFixed(0)} s so far\n`);
    return { ...setting, repetitions, rows };
  });
  return renderEarly(sections);
}

function write(document: string, table: string, quick: boolean): void {
  if (quick) {
    process.stdout.write(`${table}\n`);
    return;
  }
  const path = new URL(`../../docs/${document}`, import.meta.url);
  const text = readFileSync(path, 'utf8');
  const [start, end] = MARKERS.map((marker) => text.indexOf(marker));
  if (start === undefined || end === undefined || start < 0 || end < start) {
    throw new Error(`docs/${document} must hold the lines "${MARKERS.join('" and "')}"`);
  }
  writeFileSync(path, `${text.slice(0, start)}${MARKERS[0]}\n\n${table}\n\n${text.slice(end)}`);
}

const quick = process.argv.includes('--quick');
if (!process.argv.includes('--early')) write('verdict.md', verdictTable(quick), quick);
write('early.md', earlyTable(quick), quick);

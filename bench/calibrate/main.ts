/**
 * Owns `npm run calibrate`: simulates the verdict and the comparison of runs, and rewrites the tables between the markers of docs/verdict.md
 * and docs/compare.md. Refuses to know how either is reached. `-- verdict` or `-- compare` runs one of them; `--quick` runs a tenth of the
 * repetitions and prints instead of writing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type PairRow, type PairSetting, renderPairs, simulatePairs, waves } from './differences.ts';
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

const SMOKE_RATES = {
  health: 50,
  'debates-list': 30,
  'debates-create': 12,
  'agent-response': 12,
  consensus: 20,
  'ws-ping': 20,
} as const;
const BUSY_RATES = { health: 100, 'debates-list': 60, consensus: 40 } as const;

const INDEPENDENT = autoregressive('independent', 0);
const STALLS = stalls('stalls of 0.2 s, 1 % of the time', 0.2);
const WAVES = waves('waves of 10 %, AR(1) 0.8 a second', 0.8, 0.1);

const PAIRS: readonly PairSetting[] = [
  {
    title: 'smoke: 60 s, six endpoints',
    seconds: 60,
    rates: SMOKE_RATES,
    alone: 'debates-list',
    repetitions: 80,
    laws: [INDEPENDENT, STALLS, WAVES, queue('M/G/1 queue'), autoregressive('AR(1) 0.9 a sample', 0.9)],
  },
  {
    title: 'release: 600 s, three endpoints',
    seconds: 600,
    rates: BUSY_RATES,
    alone: 'debates-list',
    repetitions: 20,
    laws: [INDEPENDENT],
  },
];

/** The table so far after each row: a row takes minutes. */
function* calibratePairs(quick: boolean): Generator<string> {
  const sections: { setting: PairSetting; rows: PairRow[] }[] = [];
  for (const [at, whole] of PAIRS.entries()) {
    const setting = quick ? { ...whole, repetitions: whole.repetitions / 10 } : whole;
    const rows: PairRow[] = [];
    sections.push({ setting, rows });
    for (const [index, law] of setting.laws.entries()) {
      rows.push(simulatePairs(law, setting, setting.repetitions, 1000 * (at + 1) + index));
      process.stderr.write(`compared ${setting.title}, ${law.name}: ${process.uptime().toFixed(0)} s so far\n`);
      yield renderPairs(sections);
    }
  }
}

function* calibrateVerdict(quick: boolean): Generator<string> {
  const laws: readonly Process[] = [
    INDEPENDENT,
    autoregressive('AR(1) 0.9', 0.9),
    autoregressive('AR(1) 0.99', 0.99),
    queue('M/G/1 queue'),
    stalls('stalls of 0.2 s', 0.2),
    stalls('stalls of 1 s', 1),
  ];
  const sections: Section[] = SETTINGS.map((setting, at) => {
    const repetitions = quick ? setting.repetitions / 10 : setting.repetitions;
    const rows: Row[] = laws.flatMap((law, index) =>
      simulate(law, setting, ALLOWED_SHARES, repetitions, 1000 * (at + 1) + index),
    );
    process.stderr.write(`calibrated ${setting.title}: ${process.uptime().toFixed(0)} s so far\n`);
    return { ...setting, repetitions, rows };
  });
  yield renderTable(sections);
}

function writeBetweenMarkers(document: URL, table: string): void {
  const text = readFileSync(document, 'utf8');
  const [start, end] = MARKERS.map((marker) => text.indexOf(marker));
  if (start === undefined || end === undefined || start < 0 || end < start) {
    throw new Error(`${document.pathname} must hold the lines "${MARKERS.join('" and "')}"`);
  }
  writeFileSync(document, `${text.slice(0, start)}${MARKERS[0]}\n\n${table}\n\n${text.slice(end)}`);
}

const TABLES = { verdict: calibrateVerdict, compare: calibratePairs };

function main(words: readonly string[]): void {
  const quick = words.includes('--quick');
  for (const [name, calibrate] of Object.entries(TABLES)) {
    if (Object.keys(TABLES).some((other) => other !== name && words.includes(other))) continue;
    let table = '';
    for (table of calibrate(quick)) {
      if (!quick) writeBetweenMarkers(new URL(`../../docs/${name}.md`, import.meta.url), table);
    }
    if (quick) process.stdout.write(`${table}\n`);
  }
}

main(process.argv.slice(2));

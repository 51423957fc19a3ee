/** The settings for calibrating the comparison of runs (docs/compare.md). */
import { type PairRow, type PairSetting, simulatePairs, waves } from './differences.ts';
import { renderPairs } from './differences-table.ts';
import { autoregressive, queue, stalls } from './processes.ts';

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
    laws: [
      { law: INDEPENDENT, pairs: 200 },
      { law: STALLS, pairs: 200 },
      { law: WAVES, pairs: 200 },
      { law: queue('M/G/1 queue'), pairs: 200 },
      { law: autoregressive('AR(1) 0.9 a sample', 0.9), pairs: 200 },
      { law: autoregressive('AR(1) 0.99 a sample', 0.99), pairs: 200 },
    ],
  },
  {
    title: 'release: 600 s, three endpoints',
    seconds: 600,
    rates: BUSY_RATES,
    alone: 'debates-list',
    laws: [{ law: INDEPENDENT, pairs: 200 }],
  },
];

/** The table so far, after each row, because a row takes minutes. */
export function* calibrateComparison(quick: boolean): Generator<string> {
  const sections: { setting: PairSetting; rows: PairRow[] }[] = [];
  for (const [at, setting] of PAIRS.entries()) {
    const rows: PairRow[] = [];
    sections.push({ setting, rows });
    for (const [index, { law, pairs }] of setting.laws.entries()) {
      rows.push(simulatePairs(law, setting, quick ? pairs / 10 : pairs, 1000 * (at + 1) + index));
      process.stderr.write(`compared ${setting.title}, ${law.name}: ${process.uptime().toFixed(0)} s so far\n`);
      yield renderPairs(sections);
    }
  }
}

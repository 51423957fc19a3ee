/** The settings for calibrating the verdict (docs/verdict.md). */
import { type Load, type Process, smoothLaws, stalls } from './processes.ts';
import { type Row, simulate } from './simulate.ts';
import { renderTable, type Section } from './table.ts';

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

export function* calibrateVerdict(quick: boolean): Generator<string> {
  const laws: readonly Process[] = [...smoothLaws(), stalls('stalls of 0.2 s', 0.2), stalls('stalls of 1 s', 1)];
  const sections: Section[] = SETTINGS.map((setting, at) => {
    const repetitions = quick ? setting.repetitions / 10 : setting.repetitions;
    const rows: Row[] = laws.flatMap((law, index) =>
      simulate(law, setting, ALLOWED_SHARES, { repetitions, seed: 1000 * (at + 1) + index }),
    );
    process.stderr.write(`calibrated ${setting.title}: ${process.uptime().toFixed(0)} s so far\n`);
    return { ...setting, repetitions, rows };
  });
  yield renderTable(sections);
}

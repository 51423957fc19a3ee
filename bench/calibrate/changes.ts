/**
 * Tries the search for changes on synthetic series of nights (docs/history.md): how often it finds a change where there is none, and how
 * often it finds a planted one within one night. Everything follows from a seed.
 */
import { changePoints } from '../../lib/stats/change-points.ts';
import { seededNormal, seededUniform } from './processes.ts';

type Normal = () => number;

/** The values of some nights; standard deviation 1 unless stated otherwise. */
export type Nights = (length: number, normal: Normal) => number[];

export function independent(shape: (normal: number) => number = (value) => value): Nights {
  return (length, normal) => Array.from({ length }, () => shape(normal()));
}

/** Each night resembles the one before, with correlation `rho`. */
export function resembling(rho: number): Nights {
  return (length, normal) => {
    let value = normal();
    return Array.from({ length }, () => {
      const now = value;
      value = rho * value + Math.sqrt(1 - rho * rho) * normal();
      return now;
    });
  };
}

/** Adds `by` from night `from` on. */
export function stepped(nights: Nights, from: number, by: number): Nights {
  return (length, normal) => nights(length, normal).map((value, at) => (at < from ? value : value + by));
}

/** The number of series in which a change is found. With `at`: found within one night of it. */
export function countFound(nights: Nights, length: number, series: number, at: number | null = null): number {
  return Array.from({ length: series }, (_, seed) => {
    const found = changePoints(nights(length, seededNormal(seededUniform(1000 + seed))));
    return found.some((one) => at === null || Math.abs(one.at - at) <= 1);
  }).filter(Boolean).length;
}

const SERIES = 200;
const LENGTHS = [30, 90];

const LAWS: Readonly<Record<string, Nights>> = {
  normal: independent(),
  'lognormal, σ = 0.5': independent((value) => Math.exp(0.5 * value)),
  'lognormal, σ = 1.5': independent((value) => Math.exp(1.5 * value)),
  'AR(1) 0.2': resembling(0.2),
  'AR(1) 0.3': resembling(0.3),
  'AR(1) 0.5': resembling(0.5),
  'AR(1) 0.7': resembling(0.7),
};

/** The size of a step in standard deviations, the number of nights, and the night before which it comes. */
const STEPS = [
  { by: 3, length: 40, at: 20 },
  { by: 4, length: 30, at: 15 },
  { by: 4, length: 90, at: 45 },
  { by: 4, length: 40, at: 35 },
  { by: 5, length: 40, at: 37 },
];

/** Both tables; the first alone while the second is still running. */
export function* calibrateChanges(quick: boolean): Generator<string> {
  const series = quick ? SERIES / 10 : SERIES;
  const percent = (count: number): string => `${((100 * count) / series).toFixed(1).replace(/\.0$/, '')} %`;
  const lines = [
    `| ${series} series each, without a change | ${LENGTHS.map((length) => `${length} runs`).join(' | ')} |`,
    '|---|---:|---:|',
  ];
  for (const [name, law] of Object.entries(LAWS)) {
    lines.push(`| ${name} | ${LENGTHS.map((length) => percent(countFound(law, length, series))).join(' | ')} |`);
    process.stderr.write(`searched ${name}: ${process.uptime().toFixed(0)} s so far\n`);
  }
  yield lines.join('\n');
  lines.push('', '| a planted step, found within one run | independent | AR(1) 0.5 |', '|---|---:|---:|');
  for (const { by, length, at } of STEPS) {
    const found = [independent(), resembling(0.5)].map((law) =>
      percent(countFound(stepped(law, at, by), length, series, at)),
    );
    lines.push(`| ${by} standard deviations, before run ${at + 1} of ${length} | ${found.join(' | ')} |`);
    process.stderr.write(`searched for a step at ${at} of ${length}: ${process.uptime().toFixed(0)} s so far\n`);
  }
  yield lines.join('\n');
}

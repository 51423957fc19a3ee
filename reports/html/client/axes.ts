/** Scales and ticks: a logarithmic axis for latencies, one for nines, and one for time in minutes and seconds. */
import type uPlot from 'uplot';
import { clockText, msText, percentText } from '../../../lib/core/numbers.ts';
import type { Palette } from './palette.ts';

const FONT = '11.5px system-ui, sans-serif';
/** Ticks of the spectrum, and their positions: −log10(1 − p). */
export const NINES = {
  p50: -Math.log10(0.5),
  p90: 1,
  p95: -Math.log10(0.05),
  p99: 2,
  'p99.9': 3,
  'p99.99': 4,
} as const;

function axis(palette: Palette, options: uPlot.Axis): uPlot.Axis {
  return {
    stroke: palette.text,
    font: FONT,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { show: false },
    ...options,
  };
}

export function latencyAxis(palette: Palette): uPlot.Axis {
  return axis(palette, {
    scale: 'y',
    size: 60,
    splits: (_plot, _index, min, max) => latencyTicks(min, max),
    filter: (_plot, splits) => splits,
    values: (_plot, splits) => splits.map((ms) => msText(ms)),
  });
}

/** 1, 2 and 5 in every decade, or only the decades when that is too many. */
export function latencyTicks(min: number, max: number): number[] {
  const from = Math.floor(Math.log10(min));
  const decades = Array.from({ length: Math.ceil(Math.log10(max)) - from + 1 }, (_, at) => 10 ** (from + at));
  const within = (ticks: number[]): number[] => ticks.filter((tick) => tick >= min * 0.999 && tick <= max * 1.001);
  const fine = within(decades.flatMap((decade) => [decade, 2 * decade, 5 * decade]));
  return fine.length <= 9 ? fine : within(decades);
}

/** From the next lower to the next higher 1, 2 or 5; a decade around 1 ms when there is no value. */
export function latencyRange(values: readonly (number | null)[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const value of values) {
    if (value === null || value <= 0) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high === 0 ? [0.1, 10] : [nice(low / 1.1, Math.floor), nice(high * 1.25, Math.ceil)];
}

function nice(value: number, round: (value: number) => number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 2, 5, 10];
  const leading = value / decade;
  const step = round === Math.floor ? steps.findLast((one) => one <= leading) : steps.find((one) => one >= leading);
  return (step ?? 1) * decade;
}

export function ninesAxis(palette: Palette): uPlot.Axis {
  const ticks = Object.entries(NINES);
  return axis(palette, {
    scale: 'x',
    size: 28,
    splits: () => ticks.map(([, at]) => at),
    filter: (_plot, splits) => splits,
    values: (plot) => {
      const places = ticks.map(([, at]) => plot.valToPos(at, 'x'));
      // On a phone p90 would touch p95.
      return ticks.map(([name], index) =>
        (places[index + 1] ?? Infinity) - (places[index] ?? 0) < LEAST_APART_PX ? '' : name,
      );
    },
  });
}

/** A little more than the widest of the labels that stand close together. */
const LEAST_APART_PX = 24;

export function timeAxis(palette: Palette): uPlot.Axis {
  return axis(palette, {
    scale: 'x',
    size: 28,
    space: 56,
    incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400],
    values: (_plot, splits) => splits.map((elapsed) => clockText(elapsed)),
  });
}

/** One place for each run, with as many labels as fit. */
export function runAxis(palette: Palette, labels: readonly string[]): uPlot.Axis {
  return axis(palette, {
    scale: 'x',
    size: 28,
    space: 84,
    incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    values: (_plot, splits) => splits.map((at) => labels[at] ?? ''),
  });
}

/** Shares in percent, with as many digits as it takes to tell the ticks apart. */
export function shareAxis(palette: Palette): uPlot.Axis {
  return axis(palette, {
    scale: 'y',
    size: 64,
    values: (_plot, splits) => splits.map((share) => percentText(share, 3)),
  });
}

export function countAxis(palette: Palette): uPlot.Axis {
  return axis(palette, { scale: 'y', size: 48 });
}

/** The charts: percentile spectrum, percentiles over time, rates, clients against server. The only importer of uPlot. */
import uPlot from 'uplot';
import { clockText, digitsText, msText, percentText } from '../../../lib/core/numbers.ts';
import type { BandsData, ChartData, ComparedData, RatesData, SpectrumData } from '../chart-data.ts';
import { countAxis, latencyAxis, latencyRange, NINES, ninesAxis, timeAxis } from './axes.ts';
import type { Drawing } from './drawing.ts';
import { drawBadTicks, limitLines, limitStairs, phaseGround, roomAbove } from './overlays.ts';
import { type Palette, readPalette } from './palette.ts';
import { trend } from './trend.ts';

export interface Chart {
  /** Adapts to the width that its place has now. */
  resize(): void;
  destroy(): void;
}

/** Draws into an emptied `place`; null when there is nothing to draw. */
export function draw(place: HTMLElement, data: ChartData): Chart | null {
  place.replaceChildren();
  const drawing = drawingOf(data, readPalette(place));
  if (drawing === null) return null;
  const outputs = [...(place.closest('figure')?.querySelectorAll<HTMLOutputElement>('output[data-key]') ?? [])];
  const show = (plot: uPlot): void => {
    const at = plot.cursor.idx ?? null;
    const words = at === null ? {} : drawing.read(at);
    for (const output of outputs) output.textContent = words[output.dataset['key'] ?? ''] ?? '';
  };
  const plot = new uPlot(
    {
      ...sizeOf(place),
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
      padding: [12, 12, 0, 0],
      ...drawing.options,
      hooks: { ...drawing.options.hooks, setCursor: [show] },
    },
    drawing.data,
    place,
  );
  return { resize: () => resize(plot, place), destroy: () => plot.destroy() };
}

function sizeOf(place: HTMLElement): { width: number; height: number } {
  return { width: Math.max(200, Math.floor(place.clientWidth)), height: Math.max(150, Math.floor(place.clientHeight)) };
}

function resize(plot: uPlot, place: HTMLElement): void {
  const size = sizeOf(place);
  if (size.width !== plot.width || size.height !== plot.height) plot.setSize(size);
}

function drawingOf(data: ChartData, palette: Palette): Drawing | null {
  switch (data.kind) {
    case 'spectrum':
      return data.percentiles.length === 0 ? null : spectrum(data, palette);
    case 'bands':
      return data.p50.every((point) => point === null) && data.bad.every((count) => count === 0)
        ? null
        : bands(data, palette);
    case 'rates':
      return rates(data, palette);
    case 'compared':
      return data.percentiles.length === 0 ? null : compared(data, palette);
    case 'trend':
      return data.values.every((value) => value === null) ? null : trend(data, palette);
  }
}

function spectrum(data: SpectrumData, palette: Palette): Drawing {
  const nines = data.percentiles.map(ninesOf);
  const stairs = limitStairs(data.limits, palette);
  const range = latencyRange([...data.latencyMs, ...data.limits.map((limit) => limit.limitMs)]);
  return {
    options: {
      scales: { x: { time: false, range: () => [0, NINES_END] }, y: { distr: 3, range: () => range } },
      axes: [ninesAxis(palette), latencyAxis(palette)],
      series: [{}, { stroke: palette.p99, width: 2.25, points: { show: false } }],
      padding: [12, 24, 0, 0],
      hooks: { drawAxes: [stairs.under], draw: [stairs.over] },
    },
    data: [nines, [...data.latencyMs]],
    read: (at) => ({ at: `p${percentileText(data.percentiles[at] ?? 0)}`, p99: msText(data.latencyMs[at] ?? 0) }),
  };
}

/** The server's bucket as a band of steps, with the clients' curve over it. A bucket without an end reaches the top. */
function compared(data: ComparedData, palette: Palette): Drawing {
  const bounds = [...data.serverFromMs, ...data.serverToMs];
  const range = latencyRange([...data.clientMs, ...bounds]);
  const stepped = uPlot.paths.stepped?.({ align: -1 });
  const edge: uPlot.Series = {
    stroke: palette.p95,
    width: 1,
    points: { show: false },
    ...(stepped ? { paths: stepped } : {}),
  };
  const bucket = (at: number): string => {
    const toMs = data.serverToMs[at] ?? null;
    return `${msText(data.serverFromMs[at] ?? 0)} – ${toMs === null ? '∞' : msText(toMs)}`;
  };
  return {
    options: {
      scales: { x: { time: false, range: () => [0, NINES_END] }, y: { distr: 3, range: () => range } },
      axes: [ninesAxis(palette), latencyAxis(palette)],
      series: [{}, edge, edge, { stroke: palette.p50, width: 2.25, points: { show: false } }],
      bands: [{ series: [1, 2], fill: palette.bandNear }],
      padding: [12, 24, 0, 0],
    },
    data: [
      data.percentiles.map(ninesOf),
      data.serverToMs.map((ms) => ms ?? range[1]),
      data.serverFromMs.map((ms) => Math.max(ms, range[0])),
      [...data.clientMs],
    ],
    read: (at) => ({
      at: `p${percentileText(data.percentiles[at] ?? 0)}`,
      client: msText(data.clientMs[at] ?? 0),
      server: bucket(at),
    }),
  };
}

const NINES_END = NINES['p99.99'];

const ninesOf = (percentile: number): number =>
  Math.min(NINES_END, -Math.log10(1 - Math.min(percentile, 99.999999) / 100));

/** `99.9`: the number of a percentile, with as many digits as it takes near 100. */
const percentileText = (percentile: number): string => percentText(percentile / 100).replace(' %', '');

const clockRange = (data: BandsData | RatesData): [number, number] => [0, (data.elapsedSec.at(-1) ?? 0) + data.stepSec];

/** The cursor moves together in all charts over time. */
const SYNCED: uPlot.Cursor = {
  drag: { x: false, y: false },
  y: false,
  points: { size: 6 },
  sync: { key: 'time', setSeries: false },
};

function bands(data: BandsData, palette: Palette): Drawing {
  const line = (stroke: string, width: number): uPlot.Series => ({
    stroke,
    width,
    points: { size: 4, show: data.elapsedSec.length < 20 },
  });
  const lines = limitLines(data.limits, palette);
  const ground = phaseGround(data.phases, palette);
  const range = latencyRange([...data.p50, ...data.max, ...data.limits.map((limit) => limit.limitMs)]);
  const text = (points: readonly (number | null)[], at: number): string => {
    const ms = points[at] ?? null;
    return ms === null ? '–' : msText(ms);
  };
  return {
    options: {
      cursor: SYNCED,
      padding: [roomAbove(data.phases), 12, 0, 0],
      scales: { x: { time: false, range: () => clockRange(data) }, y: { distr: 3, range: () => range } },
      axes: [timeAxis(palette), latencyAxis(palette)],
      series: [{}, line(palette.max, 1), line(palette.p99, 1.25), line(palette.p95, 1.25), line(palette.p50, 2)],
      bands: [
        { series: [2, 3], fill: palette.bandFar },
        { series: [3, 4], fill: palette.bandNear },
      ],
      hooks: {
        drawAxes: [ground.under, lines.under],
        draw: [ground.over, lines.over, (plot) => drawBadTicks(plot, data.elapsedSec, data.bad, palette)],
      },
    },
    data: [[...data.elapsedSec], [...data.max], [...data.p99], [...data.p95], [...data.p50]],
    read: (at) => ({
      at: `at ${clockText(data.elapsedSec[at] ?? 0)}`,
      p50: text(data.p50, at),
      p95: text(data.p95, at),
      p99: text(data.p99, at),
      max: text(data.max, at),
      bad: digitsText(data.bad[at] ?? 0),
    }),
  };
}

function rates(data: RatesData, palette: Palette): Drawing {
  const ground = phaseGround(data.phases, palette);
  const highest = Math.max(1, ...data.offered, ...data.answered, ...data.bad);
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const bars = uPlot.paths.bars?.({ size: [0.8, 12], align: 1 });
  return {
    options: {
      cursor: SYNCED,
      padding: [roomAbove(data.phases), 12, 0, 0],
      scales: { x: { time: false, range: () => clockRange(data) }, y: { range: () => [0, highest * 1.12] } },
      axes: [timeAxis(palette), countAxis(palette)],
      series: [
        {},
        {
          stroke: palette.text,
          width: 1.25,
          dash: [5, 4],
          points: { show: false },
          ...(stepped ? { paths: stepped } : {}),
        },
        { stroke: palette.p99, width: 2, fill: palette.bandFar, points: { show: false } },
        { stroke: palette.bad, fill: palette.bad, width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) },
      ],
      hooks: { drawAxes: [ground.under], draw: [ground.over] },
    },
    data: [[...data.elapsedSec], [...data.offered], [...data.answered], [...data.bad]],
    read: (at) => ({
      at: `at ${clockText(data.elapsedSec[at] ?? 0)}`,
      offered: digitsText(data.offered[at] ?? 0),
      answered: digitsText(data.answered[at] ?? 0),
      bad: digitsText(data.bad[at] ?? 0),
    }),
  };
}

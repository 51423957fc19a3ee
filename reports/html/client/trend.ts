/** The chart of one objective over many runs: each run as the shape of its status, the limit, the medians between changes. */
import type uPlot from 'uplot';
import type { Status } from '../../../lib/core/finding.ts';
import { msText, percentText } from '../../../lib/core/numbers.ts';
import type { TrendData } from '../chart-data.ts';
import { latencyAxis, latencyRange, runAxis, shareAxis } from './axes.ts';
import type { Drawing } from './drawing.ts';
import type { Palette } from './palette.ts';

const ratio = (): number => devicePixelRatio || 1;

export function trend(data: TrendData, palette: Palette): Drawing {
  const latency = data.unit === 'ms';
  const range = latency ? latencyRange([...data.values, ...data.limits]) : shareRange(data);
  const last = data.labels.length - 1;
  const text = (value: number | null): string =>
    value === null ? '–' : latency ? msText(value) : percentText(value, 3);
  return {
    options: {
      scales: {
        x: { time: false, range: () => [-0.6, last + 0.6] },
        y: { range: () => range, ...(latency ? { distr: 3 as const } : {}) },
      },
      axes: [runAxis(palette, data.labels), latency ? latencyAxis(palette) : shareAxis(palette)],
      series: [
        {},
        { stroke: palette.max, width: 1, points: { show: false } },
        { stroke: palette.limit, width: 1.25, dash: [6, 4], points: { show: false } },
      ],
      hooks: {
        drawAxes: [(plot) => drawStretches(plot, data, palette)],
        draw: [(plot) => drawRuns(plot, data, palette)],
      },
    },
    data: [data.labels.map((_, at) => at), [...data.values], [...data.limits]],
    read: (at) => ({
      at: data.labels[at] ?? '',
      run: text(data.values[at] ?? null),
      limit: text(data.limits[at] ?? null),
    }),
  };
}

/** From a little below the lowest value or limit to a little above the highest, never above 100 %. */
function shareRange({ values, limits }: TrendData): [number, number] {
  const all = [...values, ...limits].filter((value) => value !== null);
  const low = Math.min(...all);
  const margin = Math.max(1e-6, (1 - low) * 0.15);
  return [Math.max(0, low - margin), 1 + margin / 2];
}

/** The median of each stretch as a band, and a vertical line where one ends. */
function drawStretches(plot: uPlot, { stretches, labels }: TrendData, palette: Palette): void {
  const { ctx, bbox } = plot;
  ctx.save();
  stretches.forEach(({ from, median }, at) => {
    const end = stretches[at + 1]?.from ?? labels.length;
    const left = plot.valToPos(from - 0.5, 'x', true);
    const right = plot.valToPos(end - 0.5, 'x', true);
    const y = plot.valToPos(median, 'y', true);
    ctx.fillStyle = palette.bandNear;
    ctx.fillRect(left, y - 3 * ratio(), right - left, 6 * ratio());
    if (at === 0) return;
    ctx.fillStyle = palette.text;
    ctx.fillRect(left - ratio() / 2, bbox.top, ratio(), bbox.height);
    const half = 5 * ratio();
    ctx.beginPath();
    ctx.moveTo(left - half, bbox.top);
    ctx.lineTo(left + half, bbox.top);
    ctx.lineTo(left, bbox.top + 1.6 * half);
    ctx.fill();
  });
  ctx.restore();
}

/** A circle for a pass, a cross for a fail, a diamond for anything undecided, so they differ without colour. */
function drawRuns(plot: uPlot, { values, statuses }: TrendData, palette: Palette): void {
  const { ctx } = plot;
  ctx.save();
  // Otherwise the limit's dashes would also be used here.
  ctx.setLineDash([]);
  values.forEach((value, at) => {
    if (value === null) return;
    const status = statuses[at] ?? 'no-data';
    const shape = shapeOf(status, plot.valToPos(at, 'x', true), plot.valToPos(value, 'y', true), 4 * ratio());
    ctx.lineWidth = 2 * ratio();
    ctx.strokeStyle = status === 'fail' ? palette.fail : palette.surface;
    ctx.fillStyle = colourOf(status, palette);
    ctx.stroke(shape);
    if (status !== 'fail') ctx.fill(shape);
  });
  ctx.restore();
}

function shapeOf(status: Status, x: number, y: number, half: number): Path2D {
  const shape = new Path2D();
  if (status === 'pass') {
    shape.arc(x, y, half * 0.9, 0, 2 * Math.PI);
  } else if (status === 'fail') {
    shape.moveTo(x - half, y - half);
    shape.lineTo(x + half, y + half);
    shape.moveTo(x + half, y - half);
    shape.lineTo(x - half, y + half);
  } else {
    for (const [dx, dy] of [
      [0, -1.25],
      [1.25, 0],
      [0, 1.25],
      [-1.25, 0],
    ] as const)
      shape.lineTo(x + dx * half, y + dy * half);
    shape.closePath();
  }
  return shape;
}

function colourOf(status: Status, palette: Palette): string {
  switch (status) {
    case 'pass':
      return palette.pass;
    case 'fail':
      return palette.fail;
    case 'inconclusive':
      return palette.doubt;
    case 'no-data':
    case 'unavailable':
      return palette.none;
  }
}

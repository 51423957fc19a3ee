/** What is drawn over a chart's grid: limits, and ticks where samples failed. In canvas pixels; uPlot's `bbox` is the plotting area. */
import type uPlot from 'uplot';
import { msText } from '../../../lib/core/numbers.ts';
import type { ChartLimit, PhaseBand } from '../chart-data.ts';
import type { Palette } from './palette.ts';

const ratio = (): number => devicePixelRatio || 1;

/** Runs `paint` clipped to the plotting area, and restores the context afterwards. */
function within(plot: uPlot, paint: (context: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint(ctx);
  ctx.restore();
}

/** What to draw before the series, and what to draw after them so that nothing covers it. */
export interface Overlay {
  readonly under: (plot: uPlot) => void;
  readonly over: (plot: uPlot) => void;
}

/**
 * The limits as a staircase that the curve must stay below. A latency that holds at p95 holds at every lower percentile, so each limit
 * reaches from the last one's percentile to its own.
 */
export function limitStairs(limits: readonly ChartLimit[], palette: Palette): Overlay {
  const cornersOf = (plot: uPlot) =>
    limits.map(({ percentile, limitMs }) => ({
      x: plot.valToPos(-Math.log10(1 - percentile / 100), 'x', true),
      y: plot.valToPos(limitMs, 'y', true),
      text: `≤ ${msText(limitMs, 6)}`,
    }));
  return {
    under: (plot) =>
      within(plot, (context) => {
        const corners = cornersOf(plot);
        if (corners.length === 0) return;
        const stairs = new Path2D();
        stairs.moveTo(plot.bbox.left, corners[0]?.y ?? 0);
        corners.forEach((corner, at) => {
          stairs.lineTo(corner.x, corner.y);
          stairs.lineTo(corner.x, corners[at + 1]?.y ?? plot.bbox.top);
        });
        const beyond = new Path2D(stairs);
        beyond.lineTo(plot.bbox.left, plot.bbox.top);
        context.fillStyle = palette.beyond;
        context.fill(beyond);
        strokeLimit(context, stairs, palette);
      }),
    over: (plot) =>
      within(plot, (context) => {
        for (const { x, y, text } of cornersOf(plot))
          label(context, { text, x: x + 6 * ratio(), y: y + 4 * ratio(), align: 'left' }, palette);
      }),
  };
}

/** Each limit as a dashed line across the chart, named at its right end. */
export function limitLines(limits: readonly ChartLimit[], palette: Palette): Overlay {
  return {
    under: (plot) =>
      within(plot, (context) => {
        for (const { limitMs } of limits) {
          const y = plot.valToPos(limitMs, 'y', true);
          const line = new Path2D();
          line.moveTo(plot.bbox.left, y);
          line.lineTo(plot.bbox.left + plot.bbox.width, y);
          strokeLimit(context, line, palette);
        }
      }),
    over: (plot) =>
      within(plot, (context) => {
        const right = plot.bbox.left + plot.bbox.width - 4 * ratio();
        for (const { percentile, limitMs } of limits) {
          const y = plot.valToPos(limitMs, 'y', true) - 8 * ratio();
          label(context, { text: `p${percentile} ≤ ${msText(limitMs, 6)}`, x: right, y, align: 'right' }, palette);
        }
      }),
  };
}

const PLAIN_TOP = 12;
const LINE = 13;

/** Room above the plotting area, in CSS pixels: names of phases stand there, where no label of a limit is. */
export function roomAbove(phases: readonly PhaseBand[] | undefined): number {
  return phases === undefined ? PLAIN_TOP : PLAIN_TOP + 2 * LINE;
}

/** Phases: their borders and names, a ground under those in which something was broken on purpose, and where objectives held again. */
export function phaseGround(phases: readonly PhaseBand[] | undefined, palette: Palette): Overlay {
  if (phases === undefined) return { under: () => {}, over: () => {} };
  const xOf = (plot: uPlot, sec: number): number => plot.valToPos(sec, 'x', true);
  const upright = (context: CanvasRenderingContext2D, { bbox }: uPlot, x: number): void => {
    const line = new Path2D();
    line.moveTo(x, bbox.top);
    line.lineTo(x, bbox.top + bbox.height);
    context.stroke(line);
  };
  return {
    under: (plot) =>
      within(plot, (context) => {
        for (const { fromSec, toSec, isBroken } of phases) {
          const [from, to] = [xOf(plot, fromSec), xOf(plot, toSec)];
          context.fillStyle = palette.beyond;
          if (isBroken) context.fillRect(from, plot.bbox.top, to - from, plot.bbox.height);
          context.strokeStyle = palette.grid;
          context.lineWidth = 1.5 * ratio();
          if (fromSec > 0) upright(context, plot, from);
        }
      }),
    over: (plot) => {
      const { ctx, bbox } = plot;
      ctx.save();
      for (const { name, fromSec, isBroken, holdsAgainSec } of phases) {
        const colour = isBroken ? palette.limit : palette.text;
        const [x, y] = [xOf(plot, fromSec) + 2 * ratio(), bbox.top - 1.5 * LINE * ratio()];
        label(ctx, { text: name, x, y, align: 'left', colour }, palette);
        if (holdsAgainSec === undefined) continue;
        const again = xOf(plot, holdsAgainSec);
        ctx.strokeStyle = palette.pass;
        ctx.lineWidth = 2 * ratio();
        upright(ctx, plot, again);
        const said = { text: 'holds again', x: again + 2 * ratio(), y: y + LINE * ratio(), align: 'left' } as const;
        label(ctx, { ...said, colour: palette.pass }, palette);
      }
      ctx.restore();
    },
  };
}

function strokeLimit(context: CanvasRenderingContext2D, path: Path2D, palette: Palette): void {
  context.strokeStyle = palette.limit;
  context.lineWidth = 1.25 * ratio();
  context.setLineDash([6 * ratio(), 4 * ratio()]);
  context.stroke(path);
  context.setLineDash([]);
}

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly align: CanvasTextAlign;
  /** Absent: that of limits. */
  readonly colour?: string;
}

function label(context: CanvasRenderingContext2D, { text, x, y, align, colour }: Label, palette: Palette): void {
  context.font = `600 ${10.5 * ratio()}px system-ui, sans-serif`;
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 3 * ratio();
  context.strokeStyle = palette.surface;
  context.strokeText(text, x, y);
  context.fillStyle = colour ?? palette.limit;
  context.fillText(text, x, y);
}

/** A triangle on the time axis at every point where samples failed or were dropped. */
export function drawBadTicks(
  plot: uPlot,
  elapsedSec: readonly number[],
  bad: readonly number[],
  palette: Palette,
): void {
  within(plot, (context) => {
    const bottom = plot.bbox.top + plot.bbox.height;
    const half = 3.5 * ratio();
    const ticks = new Path2D();
    bad.forEach((count, at) => {
      if (count === 0) return;
      const x = plot.valToPos(elapsedSec[at] ?? 0, 'x', true);
      ticks.moveTo(x - half, bottom);
      ticks.lineTo(x + half, bottom);
      ticks.lineTo(x, bottom - 2 * half);
      ticks.closePath();
    });
    context.fillStyle = palette.bad;
    context.fill(ticks);
  });
}

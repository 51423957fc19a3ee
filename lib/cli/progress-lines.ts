/** A load in progress, in lines that fit the terminal. Readable without colour. Pure. */
import { cellsFor, fill, hanging, isRoomy } from '../../reports/text/layout.ts';
import { countText, durationText, msText, usText } from '../core/numbers.ts';
import type { Progress } from '../core/run.ts';

export interface ProgressPaint {
  done(text: string): string;
  todo(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
}

const LONGEST_BAR = 40;
const SHORTEST_BAR = 8;

/** How far it is, how fast, and each endpoint's percentiles beside their limits. */
export function progressLines(progress: Progress, width: number, paint: ProgressPaint): string[] {
  return [
    ...barLines(progress, width, paint),
    ...rateLines(progress, width, paint),
    ...tableLines(progress, width, paint),
  ];
}

function barLines(progress: Progress, width: number, paint: ProgressPaint): string[] {
  const words = `  ${clockText(progress)}  ${leftText(progress)}`;
  const beside = width - words.length;
  const room = Math.min(LONGEST_BAR, beside >= SHORTEST_BAR ? beside : width);
  const filled = Math.round(room * Math.min(1, progress.elapsedSec / Math.max(1, progress.totalSec)));
  const bar = paint.done('█'.repeat(filled)) + paint.todo('░'.repeat(room - filled));
  return beside >= SHORTEST_BAR ? [bar + words] : [bar, ...fill(words.trim().split(' '), width, ' ')];
}

/** `12/30 s`. */
export function clockText({ elapsedSec, totalSec }: Progress): string {
  return `${Math.floor(Math.min(elapsedSec, totalSec))}/${totalSec} s`;
}

/** How long it takes yet; past the end of the load, what it waits for. */
export function leftText({ elapsedSec, totalSec }: Progress): string {
  const leftSec = Math.ceil(totalSec - elapsedSec);
  if (leftSec > 0) return `${durationText(leftSec)} left`;
  return `all is sent; waiting ${durationText(Math.floor(elapsedSec - totalSec))} for the last answers`;
}

export function ratesText({ offeredPerSec, deliveredPerSec }: Progress): string {
  return `offered ${offeredPerSec.toFixed(0)}/s  delivered ${deliveredPerSec.toFixed(0)}/s`;
}

export function badText({ failed, dropped }: Progress): string {
  return `failed ${countText(failed)}  dropped ${countText(dropped)}`;
}

function rateLines(progress: Progress, width: number, { bad }: ProgressPaint): string[] {
  const [rates, counts] = [ratesText(progress), badText(progress)];
  const shown = progress.failed + progress.dropped > 0 ? bad(counts) : counts;
  return `${rates}  ${counts}`.length <= width ? [`${rates}  ${shown}`] : [rates, shown];
}

/** `health  1,204  p50 0.9 ms ≤ 10 ms  p95 61 ms > 50 ms`: a value over its limit has another sign, too. */
function tableLines({ endpoints }: Progress, width: number, paint: ProgressPaint): string[] {
  const rows = endpoints.map(({ endpoint, count, limitsMs, ...values }) => [
    endpoint,
    isRoomy(width) ? countText(count).padStart(9) : countText(count),
    ...([50, 95, 99] as const).map((percentile) => {
      const valueUs = { 50: values.p50Us, 95: values.p95Us, 99: values.p99Us }[percentile];
      const limitMs = limitsMs.find((limit) => limit.percentile === percentile)?.limitMs;
      const isOver = limitMs !== undefined && valueUs !== null && valueUs > limitMs * 1000;
      const limit = limitMs === undefined ? '' : ` ${isOver ? '>' : '≤'} ${msText(limitMs, 6)}`;
      return `p${percentile} ${usText(valueUs)}${limit}`;
    }),
  ]);
  const indent = hanging(2, width);
  return cellsFor(rows, width).flatMap((cells) =>
    fill(cells, width - indent.length).map((line, at) => painted(at === 0 ? line : indent + line, paint)),
  );
}

function painted(line: string, { bad, faint }: ProgressPaint): string {
  return line
    .replace(/p\d+ [^p>≤]+? > [\d,.]+ m?s/g, (over) => bad(over))
    .replace(/≤ [\d,.]+ m?s/g, (limit) => faint(limit));
}

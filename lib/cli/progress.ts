/** A run in progress, on a terminal and in a log. The only importer of log-update. */

import { createLogUpdate } from 'log-update';
import { usText } from '../core/numbers.ts';
import type { Progress } from '../core/run.ts';
import { colours } from './colours.ts';
import { harmless } from './shell.ts';

export interface ProgressDisplay {
  /** A line that stays: a stage began, a build takes long. */
  note(line: string): void;
  /** The same, marked as a warning. */
  warn(line: string): void;
  update(progress: Progress): void;
  done(): void;
}

const LINE_EVERY_SEC = 10;

/** On a terminal one display that is redrawn; elsewhere a line every ten seconds; with `quiet` nothing but errors. */
export function progressDisplay(stream: NodeJS.WriteStream, quiet: boolean): ProgressDisplay {
  if (quiet) return { note: () => {}, warn: () => {}, update: () => {}, done: () => {} };
  const display = stream.isTTY ? terminalDisplay(stream) : lineDisplay(stream);
  const note = (line: string): void => display.note(harmless(line));
  return { ...display, note, warn: (line) => note(`note: ${line}`) };
}

function terminalDisplay(stream: NodeJS.WriteStream): Omit<ProgressDisplay, 'warn'> {
  const update = createLogUpdate(stream);
  return {
    note: (line) => update.persist(colours.dim(line)),
    update: (progress) => update([bar(progress), rates(progress), ...table(progress)].join('\n')),
    done: () => update.clear(),
  };
}

function lineDisplay(stream: NodeJS.WriteStream): Omit<ProgressDisplay, 'warn'> {
  let nextSec = LINE_EVERY_SEC;
  return {
    note: (line) => stream.write(`${line}\n`),
    update: (progress) => {
      if (progress.elapsedSec < nextSec) return;
      nextSec = (Math.floor(progress.elapsedSec / LINE_EVERY_SEC) + 1) * LINE_EVERY_SEC;
      const p99s = progress.endpoints
        .filter((endpoint) => endpoint.limitsMs.length > 0)
        .map((endpoint) => `${endpoint.endpoint} p99 ${usText(endpoint.p99Us)}`);
      stream.write(`${clock(progress)}  ${rates(progress)}  ${p99s.join('  ')}\n`);
    },
    done: () => {},
  };
}

const BAR_WIDTH = 30;

function bar(progress: Progress): string {
  const filled = Math.round(BAR_WIDTH * Math.min(1, progress.elapsedSec / Math.max(1, progress.totalSec)));
  return `${clock(progress)}  ${colours.cyan('━'.repeat(filled))}${colours.dim('━'.repeat(BAR_WIDTH - filled))}`;
}

function clock(progress: Progress): string {
  return `${Math.floor(progress.elapsedSec)}/${progress.totalSec} s`;
}

function rates(progress: Progress): string {
  const { offeredPerSec, deliveredPerSec, failed, dropped } = progress;
  const bad = `failed ${failed}  dropped ${dropped}`;
  return `offered ${offeredPerSec.toFixed(0)}/s  delivered ${deliveredPerSec.toFixed(0)}/s  ${failed + dropped > 0 ? colours.red(bad) : bad}`;
}

function table(progress: Progress): string[] {
  return progress.endpoints.map(({ endpoint, count, limitsMs, ...values }) => {
    const cells = [
      [50, values.p50Us],
      [95, values.p95Us],
      [99, values.p99Us],
    ] as const;
    const shown = cells.map(([percentile, valueUs]) => {
      const limitMs = limitsMs.find((limit) => limit.percentile === percentile)?.limitMs;
      const text = `p${percentile} ${usText(valueUs)}`.padEnd(14);
      const over = limitMs !== undefined && valueUs !== null && valueUs > limitMs * 1000;
      return `${over ? colours.red(text) : text}${colours.dim((limitMs === undefined ? '' : `≤ ${limitMs} ms`).padEnd(12))}`;
    });
    return `${endpoint.padEnd(16)}${String(count).padStart(8)}  ${shown.join(' ')}`;
  });
}

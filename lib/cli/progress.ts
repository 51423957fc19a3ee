/** A run in progress, on a terminal and in a log. The only importer of log-update. */

import { createLogUpdate } from 'log-update';
import { widthOf } from '../../reports/text/layout.ts';
import { durationText, usText } from '../core/numbers.ts';
import type { Progress } from '../core/run.ts';
import { colours } from './colours.ts';
import { badText, clockText, leftText, progressLines, ratesText } from './progress-lines.ts';
import { harmless } from './shell.ts';

export interface ProgressDisplay {
  /** A line that stays: a stage began, a build takes long. */
  note(line: string): void;
  /** The same, marked as a warning. */
  warn(line: string): void;
  update(progress: Progress): void;
  /** Nothing is sent, and the run goes on: `what` is what it waits for. */
  wait(what: string): void;
  done(): void;
}

const LINE_EVERY_SEC = 10;
const PAINT = { done: colours.cyan, todo: colours.dim, bad: colours.red, faint: colours.dim } as const;

/** On a terminal one display that is redrawn; elsewhere a line every ten seconds; with `quiet` nothing but errors. */
export function progressDisplay(stream: NodeJS.WriteStream, quiet: boolean): ProgressDisplay {
  if (quiet) return { note: () => {}, warn: () => {}, update: () => {}, wait: () => {}, done: () => {} };
  const display = stream.isTTY ? terminalDisplay(stream) : lineDisplay(stream);
  const note = (line: string): void => display.note(harmless(line));
  return { ...display, note, warn: (line) => note(`note: ${line}`) };
}

function terminalDisplay(stream: NodeJS.WriteStream): Omit<ProgressDisplay, 'warn'> {
  const redraw = createLogUpdate(stream);
  let ticking: NodeJS.Timeout | undefined;
  const settle = (): void => clearInterval(ticking);
  return {
    note: (line) => {
      settle();
      redraw.persist(colours.dim(line));
    },
    update: (progress) => {
      settle();
      redraw(progressLines(progress, widthOf(stream.columns), PAINT).join('\n'));
    },
    wait: (what) => {
      settle();
      const sinceMs = performance.now();
      const show = (): void =>
        redraw(`waiting for ${what}  ${durationText(Math.floor((performance.now() - sinceMs) / 1000))}`);
      show();
      ticking = setInterval(show, 1000).unref();
    },
    done: () => {
      settle();
      redraw.clear();
    },
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
      const parts = [clockText(progress), ratesText(progress), badText(progress), leftText(progress), ...p99s];
      stream.write(`${parts.join('  ')}\n`);
    },
    wait: (what) => stream.write(`waiting for ${what}\n`),
    done: () => {},
  };
}

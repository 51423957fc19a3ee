/** What the process gives to every command, and how errors, colours and verdicts get onto the terminal. */

import { withoutCommands } from '../../reports/github.ts';
import { refit, widthOf } from '../../reports/text/layout.ts';
import type { Tone } from '../../reports/text.ts';
import { EXIT_CODE, type ExitCode, SloError } from '../core/error.ts';
import type { RunFacts } from '../core/run.ts';
import { plainLines } from '../core/text.ts';
import { type ReportOptions, terminalText, writeReports } from '../run/stages.ts';
import { colours } from './colours.ts';

export interface Shell {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** What the process will exit with; the last one said counts. */
  exit(code: ExitCode): void;
}

export function errorText({ message, hint }: SloError): string {
  return lineText(colours.red('error'), `${message}${hint === undefined ? '' : `\n  ${hint}`}`);
}

/** A line for a person, behind a word of ours. Arguments, files and servers have words in it that must not control the terminal or the CI. */
export function lineText(word: string, said: string): string {
  return uncommanded(`${word}: ${plainLines(said)}`);
}

/** The same text, of which no word controls the terminal or the CI. It has no colours of ours. */
export function harmless(said: string): string {
  return uncommanded(plainLines(said));
}

/** On stderr, because stdout is for the verdict. */
export function tell(said: string): void {
  console.error(fitted(harmless(said), process.stderr.columns));
}

/** The same of a text that has our own colours: what is foreign in it was made harmless before. */
export function tellPainted(text: string): void {
  console.error(fitted(uncommanded(text), process.stderr.columns));
}

/** A judged run that a command shows. */
export interface Judged {
  readonly dir: string;
  readonly facts: RunFacts;
  /** Called after the reports were written, and also when they could not be. */
  readonly thenWrite?: () => void | Promise<void>;
  /** Where more than the verdict decides it; the verdict's when absent. */
  readonly exitCode?: ExitCode;
}

/** Prints the verdict before it writes anything: a failed write must not change the verdict. */
export async function showVerdict({ dir, facts, ...rest }: Judged, { signal, exit }: Shell): Promise<void> {
  const { thenWrite = () => {}, exitCode = facts.verdict.exitCode } = rest;
  exit(exitCode);
  console.log(terminalText(dir, facts, reportOptions()));
  for (const write of [() => writeReports(dir, facts, reportOptions()), thenWrite]) {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof SloError)) throw error;
      console.error(errorText(error));
      // Any other exit code is more important than the failed write.
      if (exitCode === EXIT_CODE.conforms) exit(error.exitCode);
    }
  }
  if (await wasInterrupted(signal)) exit(EXIT_CODE.interrupted);
}

/** Prints text that may contain words of a server, as wide as the terminal. On GitHub none of them can become a command of the runner. */
export function say(text: string): void {
  console.log(fitted(uncommanded(text), process.stdout.columns));
}

/** As wide as the terminal; as it is where there is none. */
function fitted(text: string, columns: number | undefined): string {
  return columns === undefined ? text : refit(text, widthOf(columns));
}

function uncommanded(text: string): string {
  return process.env['GITHUB_ACTIONS'] === 'true' ? withoutCommands(text) : text;
}

/** Also by a signal that came during synchronous work: it arrives when the event loop polls, which is between two immediates. */
export async function wasInterrupted(signal: AbortSignal): Promise<boolean> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  return signal.aborted;
}

const PAINT: Readonly<Record<Tone, (text: string) => string>> = {
  good: colours.green,
  bad: (text) => colours.bold(colours.red(text)),
  doubt: colours.yellow,
  strong: colours.bold,
  faint: colours.dim,
};

export function paint(tone: Tone, text: string): string {
  return PAINT[tone](text);
}

export function reportOptions(): ReportOptions {
  return { paint, env: process.env, width: process.stdout.columns };
}

/**
 * Owns comparing recorded runs: reading them from their folders, the comparison's files, and what a baseline is.
 * Refuses to know how runs are compared (lib/compare) and made.
 */
import { existsSync } from 'node:fs';
import { renderComparisonMarkdown } from '../../reports/difference/markdown.ts';
import { renderComparisonText } from '../../reports/difference/text.ts';
import { compareRuns, type Side } from '../compare/compare.ts';
import type { RunComparison, Smallest } from '../core/difference.ts';
import { SloError } from '../core/error.ts';
import type { RunFacts } from '../core/run.ts';
import { blocksOf, writeAtomically } from '../record/index.ts';
import { appendText, FILES, writeJson, writeText } from './folder.ts';
import { type ReportOptions, readRun } from './stages.ts';

/** Enough to tell seconds apart in a run of two minutes, and few enough to draw from for a run of hours. */
const MOST_BLOCKS = 120;

/** What a candidate is held against. */
export interface BaselineRun {
  readonly label: string;
  readonly facts: RunFacts;
}

/** @throws SloError `usage` for what is no folder, and as `readRun` does for one that holds no whole run. */
export function baselineOf(text: string): BaselineRun {
  if (!existsSync(text)) {
    throw new SloError('usage', `there is no run folder "${text}" to be the baseline`, {
      hint: 'name the folder of a recorded run, for example runs/mine',
    });
  }
  return { label: text, facts: readRun(text) };
}

export function sideOf(label: string, facts: RunFacts): Side {
  return { label, run: facts, endpoints: blocksOf(facts.recording, MOST_BLOCKS) };
}

/** Holds the run in `dirB` against the one in `dirA`, from whichever machines. @throws SloError as `readRun` and `compareRuns` do. */
export function compareFolders(dirA: string, dirB: string, smallest: Smallest): RunComparison {
  const [a, b] = [dirA, dirB].map((dir) => sideOf(dir, readRun(dir)));
  if (a === undefined || b === undefined) throw new SloError('usage', 'two run folders are compared');
  return compareRuns(a, b, { smallest, purpose: 'compare' });
}

/** What belongs on the terminal. */
export function comparisonText(comparison: RunComparison, { paint }: Pick<ReportOptions, 'paint'>): string {
  return renderComparisonText(comparison, paint);
}

/** Beside what the run itself left, which its seal covers. Also into the step's summary on GitHub. */
export function writeComparison(dir: string, comparison: RunComparison, { env }: Pick<ReportOptions, 'env'>): void {
  writeJson(dir, FILES.comparison, comparison);
  writeText(dir, FILES.comparisonMarkdown, renderComparisonMarkdown(comparison));
  summarizeComparison(comparison, env);
}

/** JSON for a file that ends in .json, else Markdown. @throws SloError `storage`. */
export function exportComparison(path: string, comparison: RunComparison): void {
  const json = path.endsWith('.json');
  writeAtomically(path, json ? `${JSON.stringify(comparison, null, 2)}\n` : renderComparisonMarkdown(comparison));
}

export function summarizeComparison(comparison: RunComparison, env: NodeJS.ProcessEnv): void {
  const summary = env['GITHUB_STEP_SUMMARY'];
  if (summary) appendText(summary, renderComparisonMarkdown(comparison));
}

/** Compares recorded runs: reads them from their folders, and writes the comparison's files. */

import type { ComparedPercentile, RunComparison, Smallest } from '../core/difference.ts';
import { SloError } from '../core/error.ts';
import { contractText } from '../core/own-names.ts';
import type { RunFacts } from '../core/run.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { blocksOf, writeAtomically } from '../record/index.ts';
import { appendText, FILES, writeJson, writeText } from '../run/folder.ts';
import { loadReportAssets } from '../run/report-assets.ts';
import { type ReportOptions, readRun } from '../run/stages.ts';
import { compareRuns, type Side } from './model/compare.ts';
import { renderComparisonMarkdown } from './report/markdown.ts';
import { renderComparisonPage } from './report/page.ts';
import { renderComparisonText } from './report/text.ts';

/** Enough to separate the seconds of a two-minute run, and few enough to draw from for a run of hours. */
export const MOST_BLOCKS = 120;

export interface Measure {
  readonly smallest: Smallest;
  readonly percentiles: readonly ComparedPercentile[];
}

/** A run as one side of a comparison, in at most `mostBlocks` blocks. */
export function sideOf(label: string, facts: RunFacts, mostBlocks = MOST_BLOCKS): Side {
  const { plan, load, verdict, environment } = facts;
  const { runId, profile, target } = plan;
  const contract = contractText(plan);
  const journeys = plannedJourneys(plan);
  const { startedAtMs, endedAtMs } = load;
  const { outcome, headline, findings } = verdict;
  const times = { startedAtMs, endedAtMs, outcome, headline, findings, environment };
  const run = { runId, profile, contract, journeys, httpUrl: target.httpUrl, ...times };
  return { label, run, endpoints: blocksOf(facts.recording, mostBlocks) };
}

/** Compares the run in `dirB` with the one in `dirA`. They may come from different machines. @throws SloError as `readRun` and `compareRuns` do. */
export function compareFolders(dirA: string, dirB: string, measure: Measure): RunComparison {
  const [a, b] = [dirA, dirB].map((dir) => sideOf(dir, readRun(dir)));
  if (a === undefined || b === undefined) throw new SloError('usage', 'two run folders are compared');
  return compareRuns(a, b, { ...measure, purpose: 'compare' });
}

/** The text for the terminal. */
export function comparisonText(
  comparison: RunComparison,
  { paint, width }: Pick<ReportOptions, 'paint' | 'width'>,
): string {
  return renderComparisonText(comparison, paint, width);
}

/** Writes the comparison beside the run's own files, which the seal covers, and into the step's summary on GitHub. */
export async function writeComparison(
  dir: string,
  comparison: RunComparison,
  { env }: Pick<ReportOptions, 'env'>,
): Promise<void> {
  writeJson(dir, FILES.comparison, comparison);
  writeText(dir, FILES.comparisonMarkdown, renderComparisonMarkdown(comparison));
  writeText(dir, FILES.comparisonHtml, await pageOf(comparison));
  summarizeComparison(comparison, env);
}

async function pageOf(comparison: RunComparison): Promise<string> {
  return renderComparisonPage(comparison, await loadReportAssets(['difference.css']));
}

/** JSON, a page or Markdown, as the file's name ends. @throws SloError `storage`. */
export async function exportComparison(path: string, comparison: RunComparison): Promise<void> {
  if (path.endsWith('.json')) writeAtomically(path, `${JSON.stringify(comparison, null, 2)}\n`);
  else if (path.endsWith('.html')) writeAtomically(path, await pageOf(comparison));
  else writeAtomically(path, renderComparisonMarkdown(comparison));
}

export function summarizeComparison(comparison: RunComparison, env: NodeJS.ProcessEnv): void {
  const summary = env['GITHUB_STEP_SUMMARY'];
  if (summary) appendText(summary, renderComparisonMarkdown(comparison));
}

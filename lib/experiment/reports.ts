/** Writes the facts of an experiment into its Markdown file and its page. */

import { writeText } from '../run/folder.ts';
import { loadReportAssets } from '../run/report-assets.ts';
import type { ExperimentFacts } from './model/facts.ts';
import { renderExperimentMarkdown } from './report/markdown.ts';
import { renderExperimentPage } from './report/page.ts';

export async function writeExperimentReports(dir: string, facts: ExperimentFacts): Promise<void> {
  writeText(dir, 'experiment.md', renderExperimentMarkdown(facts));
  writeText(dir, 'experiment.html', renderExperimentPage(facts, await loadReportAssets(['difference.css'])));
}

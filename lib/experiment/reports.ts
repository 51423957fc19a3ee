/** Writes the facts of an experiment into its Markdown file. */

import { writeText } from '../run/folder.ts';
import type { ExperimentFacts } from './model/facts.ts';
import { renderExperimentMarkdown } from './report/markdown.ts';

export function writeExperimentMarkdown(dir: string, facts: ExperimentFacts): void {
  writeText(dir, 'experiment.md', renderExperimentMarkdown(facts));
}

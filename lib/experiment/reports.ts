/** Owns how the facts of an experiment get into its Markdown file. Refuses to know what they say. */

import { writeText } from '../run/folder.ts';
import type { ExperimentFacts } from './model/facts.ts';
import { renderExperimentMarkdown } from './report/markdown.ts';

export function writeExperimentMarkdown(dir: string, facts: ExperimentFacts): void {
  writeText(dir, 'experiment.md', renderExperimentMarkdown(facts));
}

/** Owns how the facts of an experiment get into its Markdown file. Refuses to know what they say. */
import { renderExperimentMarkdown } from '../../../reports/experiment/markdown.ts';
import type { ExperimentFacts } from '../../core/experiment.ts';
import { writeText } from '../folder.ts';

export function writeExperimentMarkdown(dir: string, facts: ExperimentFacts): void {
  writeText(dir, 'experiment.md', renderExperimentMarkdown(facts));
}

/** The answer of an experiment as Markdown, for a pull request or a chat. */

import { table, text } from '../../../reports/markdown/markup.ts';
import type { ExperimentFacts } from '../model/facts.ts';
import { aboutOf, cellsOf, VERDICT_WORD } from './text.ts';

const HEAD = ['', 'A', 'B', 'B − A', 'interval', 'verdict'];

/** Ends in a line break. */
export function renderExperimentMarkdown(facts: ExperimentFacts): string {
  const rows = facts.rows.map((row) => {
    const [name = '', a = '', b = '', ...rest] = cellsOf(row);
    return [name, a.slice(2), b.slice(2), ...rest, VERDICT_WORD[row.verdict]].map(text);
  });
  const parts = [
    `## B against A: ${text(VERDICT_WORD[facts.verdict])}`,
    `${text(facts.headline)}.`,
    table(HEAD, rows),
    aboutOf(facts)
      .map((piece) => `- ${text(piece)}`)
      .join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

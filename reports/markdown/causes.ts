/** The causes of a verdict as Markdown: a list, with what shows each and what to do. */
import type { Verdict } from '../../lib/core/verdict.ts';
import { adviceText, causeEvidence, explainedSubjects, explainsCount } from '../cause-words.ts';
import { text } from './markup.ts';

const MOST_NAMES = 5;

/** '' without a cause. */
export function causeList(verdict: Verdict): string {
  if (verdict.causes.length === 0) return '';
  const items = verdict.causes.map((cause) => {
    const names = explainedSubjects(cause, verdict);
    const shown = names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ', …' : '');
    const under = [...causeEvidence(cause), `${explainsCount(cause)}: ${shown}`, adviceText(cause)];
    return [`- **${text(cause.summary)}**`, ...under.map((line) => `  - ${text(line)}`)].join('\n');
  });
  return `**${verdict.causes.length === 1 ? 'Cause' : 'Causes'}**\n\n${items.join('\n')}`;
}

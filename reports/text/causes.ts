/** The lines for the causes of a verdict: what is wrong, what shows it, what it explains, what to do. */
import { plain } from '../../lib/core/text.ts';
import type { Verdict } from '../../lib/core/verdict.ts';
import { adviceText, causeEvidence, explainedSubjects, explainsCount } from '../cause-words.ts';
import { type ListStyle, namesLines } from './findings.ts';
import { block, clipWords, hanging } from './layout.ts';

const WORD = 'CAUSE';

export function causeLines(verdict: Verdict, { paint, width }: Pick<ListStyle, 'paint' | 'width'>): string[] {
  const indent = hanging(WORD.length + 1, width);
  const faint = (text: string): string[] => block(text, width, indent, indent).map((line) => paint('faint', line));
  return verdict.causes.flatMap((cause) => {
    const [first = '', ...rest] = block(plain(cause.summary), width, `${WORD} `, indent);
    const begin = `${explainsCount(cause)}: `;
    return [
      paint('bad', WORD) + first.slice(WORD.length),
      ...rest,
      ...causeEvidence(cause).flatMap((text) => faint(clipWords(text, 240))),
      ...namesLines(explainedSubjects(cause, verdict), { width, indent, begin }).map((line) => paint('faint', line)),
      ...block(adviceText(cause), width, indent, indent),
    ];
  });
}

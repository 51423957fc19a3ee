/** The lines for the causes of a verdict: what is wrong, what shows it, what it explains, what to do. */
import { clip, plain } from '../../lib/core/text.ts';
import type { Verdict } from '../../lib/core/verdict.ts';
import { adviceText, causeEvidence, explainedSubjects, explainsCount } from '../cause-words.ts';
import { type ListStyle, listText } from './findings.ts';
import { block } from './layout.ts';

const WORD = 'CAUSE';
const INDENT = ' '.repeat(WORD.length + 1);

export function causeLines(verdict: Verdict, { paint, width }: Pick<ListStyle, 'paint' | 'width'>): string[] {
  const faint = (text: string): string[] => block(text, width, INDENT, INDENT).map((line) => paint('faint', line));
  return verdict.causes.flatMap((cause) => {
    const [first = '', ...rest] = block(plain(cause.summary), width, ' ', INDENT);
    const begin = `${explainsCount(cause)}: `;
    return [
      paint('bad', WORD) + first,
      ...rest,
      ...causeEvidence(cause).flatMap((text) => faint(clip(text, 240))),
      ...faint(begin + listText(explainedSubjects(cause, verdict), width - INDENT.length - begin.length)),
      ...block(adviceText(cause), width, INDENT, INDENT),
    ];
  });
}

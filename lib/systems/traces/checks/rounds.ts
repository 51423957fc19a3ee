/** What rounds say wrongly of their number: they are counted from 0 or 1, one after the other, in every debate alike. One may be repeated. */
import type { Span } from '../observation.ts';
import type { Problem } from './problem.ts';
import { numberIn, spansOf, type TracesView } from './view.ts';

/** The guides name one each. A span may have both, and count differently in each. */
const ATTRIBUTES = ['round_number', 'round.number'] as const;
/** Debates in which the first round has another number than in most are wrong, if there are fewer of them than this share. */
const MOST = 0.5;

export function ofNumbers(view: TracesView): Problem[] {
  const debates = view.settled.map((trace) => inTime(spansOf(view, trace, 'debate.round'))).filter(isOneDebate);
  return ATTRIBUTES.flatMap((attribute) => {
    const said = debates.filter((rounds) => rounds.some(({ attributes }) => attributes[attribute] !== undefined));
    const first = usualFirst(said, attribute);
    return said.flatMap((rounds) =>
      rounds.flatMap((span, index): Problem[] => {
        const value = numberIn(span.attributes[attribute]);
        // One that is missing, or of another type, is reported where it is the only one.
        if (value === undefined || (attribute === 'round_number' && typeof value !== 'number')) return [];
        if (typeof value !== 'number') return [[span, `${attribute} is no number`]];
        const before = numberIn(rounds[index - 1]?.attributes[attribute]);
        const isNext = typeof before === 'number' ? value === before || value === before + 1 : value === first;
        return isNext ? [] : [[span, `${attribute} is not that of its place`]];
      }),
    );
  });
}

/** 1, unless most debates begin with 0. */
function usualFirst(debates: readonly (readonly Span[])[], attribute: string): number {
  const from0 = debates.filter(([first]) => numberIn(first?.attributes[attribute]) === 0).length;
  return from0 > debates.length * MOST ? 0 : 1;
}

function inTime(rounds: readonly Span[]): Span[] {
  return [...rounds].sort((a, b) => Number(BigInt(a.startUnixNano) - BigInt(b.startUnixNano)));
}

/** Rounds of one debate. Where a trace has several debates, it is not known which round is whose. */
function isOneDebate(rounds: readonly Span[]): boolean {
  return rounds.length > 0 && new Set(rounds.map(({ parentSpanId }) => parentSpanId)).size === 1;
}

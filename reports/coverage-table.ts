/** The table of evidence as text for a terminal and as Markdown. Pure. */
import { ASPECT_MEANING, ASPECTS, type Aspect, isIndependent, type Side } from '../lib/core/coverage.ts';
import { mostOf } from '../lib/core/extent.ts';
import { countText } from '../lib/core/numbers.ts';
import type { BoundBy } from '../lib/systems/coverage.ts';
import type { Painter } from './text/findings.ts';

/** One aspect of one signal, with everything that a reader may ask. */
export interface ListedAspect {
  readonly system: string;
  readonly signal: string;
  readonly aspect: Aspect;
  readonly sides: readonly { readonly side: Side; readonly by: readonly BoundBy[] }[];
  /** Sides without an independent witness. */
  readonly open: readonly Side[];
  readonly because?: 'not-promised' | 'unseen';
  readonly reason?: string;
}

/** `164 of 176 documented aspects are bounded from both sides; 12 are not; no document promises 6 more`. */
export function coverageSumText(aspects: readonly ListedAspect[]): string {
  const promised = aspects.filter(({ because }) => because !== 'not-promised');
  const open = promised.filter((one) => one.open.length > 0).length;
  const [all, others] = [promised.length, aspects.length - promised.length];
  const bounded = `${countText(all - open)} of ${countText(all)} documented aspects are bounded from both sides`;
  const rest = [`${countText(open)} are not`, `no document promises ${countText(others)} more`];
  return [bounded, ...(open > 0 ? rest.slice(0, 1) : []), ...(others > 0 ? rest.slice(1) : [])].join('; ');
}

/** Each signal with its aspects: the witnesses from below and from above, and why there is none. */
export function coverageListText(aspects: readonly ListedAspect[], paint: Painter): string {
  const signals = bySignal(aspects).map(([signal, own]) => {
    const lines = own.map((one) => {
      const why = one.open.length === 0 ? '' : `  open from ${one.open.join(' and ')}: ${one.reason ?? NO_CHECK}`;
      const text = `  ${one.aspect.padEnd(ASPECT_WIDTH)}${witnessesText(one)}`;
      return text + (why === '' ? '' : paint('doubt', why));
    });
    return [paint('strong', signal), ...lines].join('\n');
  });
  return [...signals, coverageSumText(aspects)].join('\n');
}

const NO_CHECK = 'no check looks at it';
const ASPECT_WIDTH = mostOf(ASPECTS.map((aspect) => aspect.length)) + 2;

/** What each aspect says. */
export function aspectsMarkdown(): string {
  const rows = ASPECTS.map((aspect) => `| ${aspect} | ${ASPECT_MEANING[aspect]} |`);
  return ['| aspect | what it says |', '|---|---|', ...rows].join('\n');
}

/** A table with a row for each signal, and what is open with the reasons. */
export function coverageMarkdown(aspects: readonly ListedAspect[]): string {
  const used = ASPECTS.filter((aspect) => aspects.some((one) => one.aspect === aspect));
  const rows = bySignal(aspects).map(([signal, own]) => {
    const cells = used.map((aspect) => {
      const found = own.find((one) => one.aspect === aspect);
      return found === undefined ? '' : witnessesText(found);
    });
    return `| \`${signal}\` | ${cells.join(' | ')} |`;
  });
  const open = aspects
    .filter((one) => one.open.length > 0)
    .map((one) => {
      const promised = one.because === 'not-promised' ? 'no' : 'yes';
      return `| \`${one.signal}\` | ${one.aspect} | ${one.open.join(' and ')} | ${promised} | ${one.reason ?? NO_CHECK} |`;
    });
  return [
    `${coverageSumText(aspects)}.`,
    [`| signal | ${used.join(' | ')} |`, `|---|${'---|'.repeat(used.length)}`, ...rows].join('\n'),
    ['| signal | aspect | open from | promised | why |', '|---|---|---|---|---|', ...open].join('\n'),
  ].join('\n\n');
}

/** `clients – metrics`: from below and from above. An aspect with one side has one part. */
function witnessesText({ sides, open }: ListedAspect): string {
  const words = sides.map(({ side, by }) => {
    const witnesses = [...new Set(by.map(({ witness }) => witness))].filter(isIndependent);
    return open.includes(side) ? 'open' : witnesses.join(', ');
  });
  const [first = '', second] = words;
  return second === undefined || second === first ? first : `${first} – ${second}`;
}

function bySignal(aspects: readonly ListedAspect[]): readonly (readonly [string, readonly ListedAspect[]])[] {
  const groups = new Map<string, ListedAspect[]>();
  for (const one of aspects) groups.set(one.signal, [...(groups.get(one.signal) ?? []), one]);
  return [...groups];
}

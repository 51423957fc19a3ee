/** Differences of B from A as rows of a table: both values, and the interval of the difference beside what matters. Shared by the pages on two servers. */
import type { DifferenceVerdict } from '../../lib/core/difference.ts';
import type { Status } from '../../lib/core/finding.ts';
import { plural } from '../../lib/core/numbers.ts';
import { type Html, html } from './html.ts';
import { folded, folds, statusIcon } from './parts.ts';

export interface ShownDifference {
  /** For example `debates-list p95`. */
  readonly name: string;
  readonly a: string;
  readonly b: string;
  readonly difference: string;
  readonly bounds: string;
  readonly verdict: DifferenceVerdict;
  readonly word: string;
  /** Why it can't be decided; '' where it is. */
  readonly why: string;
  /** Numbers for the drawing, in ms; null where there is no interval, or one without an end. */
  readonly drawn: DrawnDifference | null;
}

export interface DrawnDifference {
  readonly lowerMs: number;
  readonly upperMs: number;
  readonly differenceMs: number;
  readonly smallestMs: number;
}

export const VERDICT_STATUS = {
  slower: 'fail',
  'cannot-tell': 'inconclusive',
  same: 'pass',
  faster: 'pass',
} as const satisfies Record<DifferenceVerdict, Status>;

const HEADS = ['Verdict', 'Percentile', 'A', 'B', 'Difference', '95 % interval'] as const;

/** What is slower or open first; the rest is folded when there is any of it. */
export function differencesSection(rows: readonly ShownDifference[]): Html {
  const rank = ({ verdict }: ShownDifference): number => ['slower', 'cannot-tell', 'faster', 'same'].indexOf(verdict);
  const sorted = [...rows].sort((one, other) => rank(one) - rank(other));
  const open = sorted.filter(
    ({ verdict, drawn }) => verdict === 'slower' || (verdict === 'cannot-tell' && drawn !== null),
  );
  const unknown = sorted.filter((row) => row.verdict === 'cannot-tell' && !open.includes(row));
  const rest = sorted.filter(({ verdict }) => VERDICT_STATUS[verdict] === 'pass');
  const fold = (title: string, of: readonly ShownDifference[]): Html | null =>
    of.length === 0 ? null : folded(`${plural(of.length, 'percentile')} ${title}`, differenceTable(title, of));
  return html`<section aria-labelledby="differences"><h2 id="differences">Differences</h2>
<p class="lead">How much longer B takes than A. The bar is the interval of the difference; the grey zone around no difference is too small to matter. Right of it B is slower, left of it faster.</p>
${open.length === 0 ? differenceTable('Differences', sorted) : differenceTable('Slower, or open', open)}
${open.length === 0 ? null : folds([fold('with too little to compare', unknown), fold('the same or faster', rest)])}
</section>`;
}

function differenceTable(caption: string, rows: readonly ShownDifference[]): Html | null {
  if (rows.length === 0) return html`<p class="note">Nothing could be compared.</p>`;
  return html`<table class="cards" role="table">
<caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${HEADS.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map(row)}</tbody>
</table>`;
}

function row(one: ShownDifference): Html {
  const status = VERDICT_STATUS[one.verdict];
  return html`<tr role="row" class="is-${status}">
<td role="cell" data-label="${HEADS[0]}"><span class="status is-${status}">${statusIcon(status)}<span>${one.word}</span></span></td>
<th role="rowheader" scope="row">${one.name}${one.why === '' ? null : html`<p>${one.why}</p>`}</th>
<td role="cell" data-label="${HEADS[2]}">${one.a}</td>
<td role="cell" data-label="${HEADS[3]}">${one.b}</td>
<td role="cell" class="measured" data-label="${HEADS[4]}"><strong>${one.difference}</strong></td>
<td role="cell" class="share" data-label="${HEADS[5]}">${glyph(one.drawn)}<small>${one.bounds}</small></td>
</tr>\n`;
}

const GLYPH = { width: 168, height: 18 } as const;

/** No difference is in the middle; the scale reaches as far as the interval or twice what matters. */
function glyph(drawn: DrawnDifference | null): Html | null {
  if (drawn === null) return null;
  const { lowerMs, upperMs, differenceMs, smallestMs } = drawn;
  const reach = Math.max(Math.abs(lowerMs), Math.abs(upperMs), 2 * smallestMs, Number.MIN_VALUE) * 1.05;
  const x = (ms: number): number => GLYPH.width / 2 + (ms / reach) * (GLYPH.width / 2 - 4);
  const rect = (className: string, from: number, to: number, height: number): Html =>
    html`<rect class="${className}" x="${x(from).toFixed(1)}" y="${(GLYPH.height - height) / 2}" width="${Math.max(2, x(to) - x(from)).toFixed(1)}" height="${height}" rx="${height === 7 ? 3.5 : 0}"/>`;
  return html`<svg class="interval" aria-hidden="true" width="${GLYPH.width}" height="${GLYPH.height}" viewBox="0 0 ${GLYPH.width} ${GLYPH.height}">
${rect('matters-not', -smallestMs, smallestMs, 18)}<path class="track" d="M4 9h${GLYPH.width - 8}"/>${rect('span', lowerMs, upperMs, 7)}
<path class="allowed" d="M${GLYPH.width / 2} 1v16"/><circle class="seen" cx="${x(differenceMs).toFixed(1)}" cy="9" r="3.5"/></svg>`;
}

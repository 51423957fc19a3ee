/** The section with failures by kind and endpoint. */
import { clockText, countText, percentText, plural } from '../../../lib/core/numbers.ts';
import { failureRows } from '../../summary.ts';
import { type Html, html } from '../html.ts';
import { folded, table } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';

const MOST_ROWS = 200;
/** The rest is folded: a server that fails in many ways would make the page too tall. */
const SHOWN_ROWS = 6;
const COLUMNS = [
  { head: 'Kind' },
  { head: 'Endpoint' },
  { head: 'Count', numeric: true },
  { head: 'Share of samples', numeric: true },
  { head: 'First', numeric: true },
  { head: 'Last', numeric: true },
] as const;

export const failures: SectionBuilder = (facts) => {
  const rows = failureRows(facts);
  const most = rows[0]?.count ?? 1;
  const cells = rows
    .slice(0, MOST_ROWS)
    .map((row) => [
      html`<code>${row.kind}</code>`,
      row.endpoint,
      countText(row.count),
      html`<span class="barred">${bar(row.count / most)}${percentText(row.share)}</span>`,
      clockText(row.firstSec),
      clockText(row.lastSec),
    ]);
  const [shown, rest] = [cells.slice(0, SHOWN_ROWS), cells.slice(SHOWN_ROWS)];
  const left = rows.length - cells.length;
  const rarer = left > 0 ? html`<p class="note">and ${countText(left)} rarer kinds</p>` : null;
  const none =
    facts.recording.endpoints.size === 0
      ? 'Nothing was recorded, so nothing is known to have failed.'
      : 'No sample failed, and none was dropped.';
  return {
    id: 'failures',
    title: 'Failures by kind',
    navTitle: 'Failures',
    body: html`${rows.length === 0 ? html`<p class="lead">${none}</p>` : table('Failures by kind and endpoint', COLUMNS, shown)}
${rest.length === 0 ? null : folded(`${plural(rest.length, 'row')} of rarer failures`, html`${table('Rarer failures by kind and endpoint', COLUMNS, rest)}${rarer}`)}`,
  };
};

function bar(share: number): Html {
  return html`<svg class="bar" aria-hidden="true" width="120" height="10" viewBox="0 0 120 10"><rect width="${Math.max(2, share * 120).toFixed(1)}" height="10" rx="2"/></svg>`;
}

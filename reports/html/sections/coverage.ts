/** How far the evidence of the run reached: what was bounded, and what was not, with the reason. Part of the section on telemetry. */
import type { Coverage } from '../../../lib/core/coverage.ts';
import { countText } from '../../../lib/core/numbers.ts';
import { coverageText, openAspectText, openByReason } from '../../coverage.ts';
import { type Html, html } from '../html.ts';
import { table } from '../parts.ts';

export function coveragePanel(reached: Coverage): Html {
  const rows = openByReason(reached).map(([reason, open]) => [
    html`${open.map((one, at) => html`${at > 0 ? html`<br>` : null}${openAspectText(one)}`)}`,
    reason,
  ]);
  return html`<section class="panel family" aria-labelledby="evidence">
<header><h3 id="evidence">Evidence</h3></header>
<p class="note">${coverageText(reached)}: another witness than the signal itself would have noticed too little of it, and too much. An aspect is, for example, how many there are, or how large a number is.</p>
${rows.length === 0 ? null : html`<details class="fold"><summary>${countText(reached.open.length)} not bounded, with the reasons</summary>${table('Aspects that were not bounded', [{ head: 'Not bounded' }, { head: 'Why' }], rows)}</details>`}
</section>`;
}

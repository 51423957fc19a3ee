/** The section on counts: what was planned, offered, delivered and measured, and why these differ. */
import { countText, plural } from '../../../lib/core/numbers.ts';
import { inPhase } from '../../../lib/core/timeline.ts';
import { countSentences, sampleCounts } from '../../counts.ts';
import { loadTotals, totalSamples } from '../../summary.ts';
import { html } from '../html.ts';
import { folded, folds, table } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';

const COUNTS = [
  { head: 'Journey' },
  { head: 'Offered', numeric: true },
  { head: 'Delivered', numeric: true },
  { head: 'Dropped', numeric: true },
] as const;
const SAMPLES = [{ head: 'Endpoint' }, { head: 'Samples', numeric: true }, { head: 'There is' }] as const;

export const rate: SectionBuilder = (facts) => {
  const totals = loadTotals(facts.load);
  const row = (name: string, counts: typeof totals): string[] => [
    name,
    ...[counts.offered, counts.delivered, counts.dropped].map(countText),
  ];
  const sentences = countSentences(facts);
  const samples = sampleCounts(facts).map((one) => [one.endpoint, countText(one.samples), one.owed]);
  return {
    id: 'rate',
    title: 'Offered, delivered, measured',
    navTitle: 'Counts',
    body: html`<p class="lead">${plural(totals.offered, 'arrival')} offered, ${countText(totals.delivered)} delivered, ${countText(totals.dropped)} dropped; ${plural(totalSamples(facts), 'sample')}. Load is offered at a fixed rate whether or not the server keeps up. An arrival that found no free virtual user was dropped, and counts as failed.</p>
${sentences.length === 0 ? null : html`<ul class="prose">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
${folds([
  folded(
    'Arrivals by journey',
    table('Arrivals by journey', COUNTS, [
      ...facts.load.journeys.map((line) => row(line.journey + inPhase(facts.plan, line.phase), line)),
      row('all', totals),
    ]),
  ),
  samples.length === 0 ? null : folded('Samples by endpoint', table('Samples by endpoint', SAMPLES, samples)),
])}`,
  };
};

/** The section on the planned rate and the rate that was delivered. */
import { clockText, countText, digitsText } from '../../../lib/core/numbers.ts';
import { inPhase } from '../../../lib/core/timeline.ts';
import { loadTotals } from '../../summary.ts';
import { html } from '../html.ts';
import { figure, table } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';
import { rates, timeAxis } from '../series.ts';

const MOST_TABLE_ROWS = 60;
const COUNTS = [
  { head: 'Journey' },
  { head: 'Offered', numeric: true },
  { head: 'Delivered', numeric: true },
  { head: 'Dropped', numeric: true },
] as const;

export const rate: SectionBuilder = (facts) => {
  const data = rates(facts, timeAxis(facts));
  const coarse = rates(facts, timeAxis(facts, MOST_TABLE_ROWS));
  const totals = loadTotals(facts.load);
  const row = (name: string, counts: typeof totals): string[] => [
    name,
    ...[counts.offered, counts.delivered, counts.dropped].map(countText),
  ];
  return {
    id: 'rate',
    title: 'Offered and delivered',
    navTitle: 'Rate',
    body: html`<p class="lead">Load is offered at a fixed rate whether or not the server keeps up. An arrival that found no free virtual user was dropped, and counts as failed.</p>
<div class="pair wide">${figure({
      chart: 'rates',
      title: 'Samples per second',
      level: 3,
      alternative:
        'Samples per second: due by the plan, answered, and failed or dropped. The table below has the same data.',
      legend: [
        { key: 'offered', label: 'due' },
        { key: 'answered', label: 'answered' },
        { key: 'bad', label: 'failed or dropped' },
      ],
      note:
        data.stepSec === 1
          ? undefined
          : `Due and answered: mean of ${data.stepSec} s. Failed or dropped: worst second of them.`,
      data: table(
        'Samples per second over time',
        ['At', 'Due', 'Answered', 'Failed or dropped'].map((head, at) => ({ head, numeric: at > 0 })),
        coarse.elapsedSec.map((elapsed, at) => [
          clockText(elapsed),
          ...[coarse.offered, coarse.answered, coarse.bad].map((points) => digitsText(points[at] ?? 0)),
        ]),
      ),
    })}
<div><h3>Arrivals by journey</h3>${table('Arrivals by journey', COUNTS, [
      ...facts.load.journeys.map((line) => row(line.journey + inPhase(facts.plan, line.phase), line)),
      row('all', totals),
    ])}</div></div>`,
    charts: { rates: data },
  };
};

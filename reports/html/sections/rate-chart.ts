/** The chart of samples per second: due by the plan, answered, and failed or dropped. It stands beside the latencies. */
import { clockText, digitsText } from '../../../lib/core/numbers.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import type { RatesData } from '../chart-data.ts';
import { type Html, html } from '../html.ts';
import { figure, table } from '../parts.ts';
import { rates, timeAxis } from '../series.ts';

const MOST_TABLE_ROWS = 60;

export interface RateChart {
  readonly panel: Html;
  readonly data: RatesData;
}

export function rateChart(facts: RunFacts): RateChart {
  const data = rates(facts, timeAxis(facts));
  const coarse = rates(facts, timeAxis(facts, MOST_TABLE_ROWS));
  const rows = coarse.elapsedSec.map((elapsed, at) => [
    clockText(elapsed),
    ...[coarse.offered, coarse.answered, coarse.bad].map((points) => digitsText(points[at] ?? 0)),
  ]);
  const heads = ['At', 'Due', 'Answered', 'Failed or dropped'].map((head, at) => ({ head, numeric: at > 0 }));
  const panel = html`<section class="panel" aria-labelledby="samples-per-second"><header><h3 id="samples-per-second">Samples per second</h3></header>${figure(
    {
      chart: 'rates',
      title: 'Over time',
      isTitleSeen: false,
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
      data: table('Samples per second over time', heads, rows),
    },
  )}</section>`;
  return { panel, data };
}

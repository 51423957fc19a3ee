/** The section on latencies: for each endpoint its percentile spectrum and its percentiles over time, with the limits. */
import { type Endpoint, endpointsOf } from '../../../lib/core/endpoint.ts';
import { clockText, countText, digitsText, msText, percentText, usText } from '../../../lib/core/numbers.ts';
import type { LatencyObjective } from '../../../lib/core/plan.ts';
import type { EndpointRecording } from '../../../lib/core/recording.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import { inPhase, plannedJourneys } from '../../../lib/core/timeline.ts';
import { answeredShare, overallPercentileUs } from '../../latency.ts';
import { endpointTotals, ordered } from '../../summary.ts';
import type { BandsData, ChartData } from '../chart-data.ts';
import { type Html, html } from '../html.ts';
import { figure, facts as pairs, statusBadge, table } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';
import { bands, coarser, spectrum, timeAxis } from '../series.ts';

const TABLE_PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99, 100] as const;
const MOST_TABLE_ROWS = 60;

export const latency: SectionBuilder = (facts) => {
  const recordings = endpointsInOrder(facts).flatMap((endpoint) => facts.recording.endpoints.get(endpoint) ?? []);
  if (recordings.length === 0) return null;
  const axis = timeAxis(facts);
  const charts: Record<string, ChartData> = {};
  const panels = recordings.map((recording) => {
    const limits = limitsOf(facts, recording.endpoint);
    charts[`spectrum-${recording.endpoint}`] = spectrum(recording, limits);
    const overTime = bands(recording, axis, limits);
    charts[`bands-${recording.endpoint}`] = overTime;
    return panel(facts, recording, limits, overTime);
  });
  return {
    id: 'latency',
    title: 'Latency',
    body: html`<p class="lead">From the moment when a request was due until its answer was complete, including the time to connect. Percentiles are of all samples: one that failed or was dropped counts as slower than any answer.</p>${panels}`,
    charts,
  };
};

/** Endpoints with the worst findings first, then in the order of the plan. */
function endpointsInOrder(facts: RunFacts): readonly Endpoint[] {
  const byFinding = ordered(facts.verdict.findings).flatMap(
    (finding) =>
      facts.plan.objectives.find((objective) => objective.id === finding.id && objective.kind === 'latency') ?? [],
  ) as LatencyObjective[];
  const described = endpointsOf(plannedJourneys(facts.plan));
  const others = described.filter(({ samples }) => samples !== 'latency').map(({ name }) => name);
  const all = [...byFinding.map((objective) => objective.endpoint), ...described.map(({ name }) => name)];
  return [...new Set(all)].filter((one) => !others.includes(one));
}

function limitsOf(facts: RunFacts, endpoint: Endpoint): LatencyObjective[] {
  const limits = facts.plan.objectives.flatMap((objective) =>
    objective.kind === 'latency' && objective.endpoint === endpoint ? [objective] : [],
  );
  return limits.sort((a, b) => a.percentile - b.percentile);
}

function panel(
  facts: RunFacts,
  recording: EndpointRecording,
  limits: readonly LatencyObjective[],
  overTime: BandsData,
): Html {
  const { endpoint } = recording;
  const totals = endpointTotals(recording);
  const badges = limits.flatMap((limit) => {
    const findings = facts.verdict.findings.filter((one) => one.id === limit.id);
    return findings.map(
      ({ status, phase }) => html`<li>p${limit.percentile}${inPhase(facts.plan, phase)} ${statusBadge(status)}</li>`,
    );
  });
  return html`<section class="panel" aria-labelledby="latency-${endpoint}">
<header><h3 id="latency-${endpoint}">${endpoint}</h3>${badges.length === 0 ? null : html`<ul class="badges">${badges}</ul>`}</header>
${pairs(
  [
    ['Samples', countText(totals.samples)],
    ...([50, 95, 99] as const).map((percentile) => [`p${percentile}`, percentileText(recording, percentile)] as const),
    ['Slowest answer', usText(recording.total.maxUs)],
    ['Failed', countText(totals.failed)],
    ['Dropped', countText(totals.dropped)],
  ],
  'stats',
)}
<div class="pair">${spectrumFigure(recording, limits)}${figure({
    chart: `bands-${endpoint}`,
    title: 'Over time',
    alternative: `${endpoint}: percentiles over time. The table below has the same data.`,
    legend: [
      { key: 'p50', label: 'p50' },
      { key: 'p95', label: 'p95' },
      { key: 'p99', label: 'p99' },
      { key: 'max', label: 'max' },
      ...(totals.failed + totals.dropped > 0 ? [{ key: 'bad', label: 'failed or dropped' }] : []),
    ],
    note: overTime.stepSec === 1 ? undefined : `Each point is the worst second of ${overTime.stepSec} s.`,
    data: bandsTable(endpoint, coarser(overTime, MOST_TABLE_ROWS)),
  })}</div>
</section>`;
}

function percentileText(recording: EndpointRecording, percentile: number): string {
  const value = overallPercentileUs(recording, percentile);
  return value === 'unanswered' ? 'no answer' : usText(value);
}

function spectrumFigure(recording: EndpointRecording, limits: readonly LatencyObjective[]): Html {
  const { endpoint } = recording;
  const share = answeredShare(recording);
  const limitAt = (percentile: number): string => {
    const limit = limits.find((one) => one.percentile === percentile);
    return limit === undefined ? '' : msText(limit.limitMs, 6);
  };
  return figure({
    chart: `spectrum-${endpoint}`,
    title: 'Percentile spectrum',
    alternative: `${endpoint}: latency by percentile, up to p99.99. The table below has the same data.`,
    legend: [{ key: 'p99', label: 'measured' }, ...(limits.length > 0 ? [{ key: 'limit', label: 'limit' }] : [])],
    note: share < 1 ? `The curve ends at ${percentText(share)}: the rest failed or was dropped.` : undefined,
    data: table(
      `${endpoint}: latency by percentile`,
      [{ head: 'Percentile' }, { head: 'Latency', numeric: true }, { head: 'Limit', numeric: true }],
      TABLE_PERCENTILES.map((percentile) => [
        percentile === 100 ? 'all' : `p${digitsText(percentile, 4)}`,
        percentileText(recording, percentile),
        limitAt(percentile),
      ]),
    ),
  });
}

function bandsTable(endpoint: Endpoint, data: BandsData): Html {
  const cell = (points: readonly (number | null)[], at: number): string => {
    const ms = points[at] ?? null;
    return ms === null ? '–' : msText(ms);
  };
  return table(
    `${endpoint}: worst second of each ${data.stepSec} s`,
    ['At', 'p50', 'p95', 'p99', 'Max', 'Failed or dropped'].map((head, at) => ({ head, numeric: at > 0 })),
    data.elapsedSec.map((elapsed, at) => [
      clockText(elapsed),
      ...[data.p50, data.p95, data.p99, data.max].map((points) => cell(points, at)),
      countText(data.bad[at] ?? 0),
    ]),
  );
}

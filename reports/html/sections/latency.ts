/** The section on latencies: for each endpoint its percentile spectrum and its percentiles over time, with the limits. */
import { type Endpoint, endpointsOf } from '../../../lib/core/endpoint.ts';
import { clockText, countText, digitsText, msText, percentText, plural, usText } from '../../../lib/core/numbers.ts';
import type { LatencyObjective } from '../../../lib/core/plan.ts';
import type { EndpointRecording } from '../../../lib/core/recording.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import { inPhase, plannedJourneys } from '../../../lib/core/timeline.ts';
import { answeredShare, overallPercentileUs } from '../../latency.ts';
import { endpointTotals, ordered, STATUS_WORD } from '../../summary.ts';
import type { BandsData, ChartData, PhaseBand, RatesData } from '../chart-data.ts';
import { type Html, html } from '../html.ts';
import { figure, folded, facts as pairs, statusIcon, table } from '../parts.ts';
import { phaseBands, phaseSentence } from '../phase-bands.ts';
import type { SectionBuilder } from '../section.ts';
import { bands, coarser, spectrum, timeAxis } from '../series.ts';
import { rateChart } from './rate-chart.ts';

const TABLE_PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99, 100] as const;
const MOST_TABLE_ROWS = 60;

export const latency: SectionBuilder = (facts) => {
  const recordings = endpointsInOrder(facts).flatMap((endpoint) => facts.recording.endpoints.get(endpoint) ?? []);
  const axis = timeAxis(facts);
  const perSecond = rateChart(facts);
  const phases = phaseBands(facts);
  const sentence = phaseSentence(facts);
  const charts: Record<string, ChartData> = { rates: withPhases(perSecond.data, phases) };
  const panels = recordings.map((recording): { hasLimit: boolean; panel: Html } => {
    const limits = limitsOf(facts, recording.endpoint);
    charts[`spectrum-${recording.endpoint}`] = spectrum(recording, limits);
    const overTime = withPhases(bands(recording, axis, limits), phases);
    charts[`bands-${recording.endpoint}`] = overTime;
    return { hasLimit: limits.length > 0, panel: panel(facts, recording, limits, overTime) };
  });
  const [limited, others] = [true, false].map((wanted) =>
    panels.filter(({ hasLimit }) => hasLimit === wanted).map((one) => one.panel),
  );
  const isAll = limited?.length === 0;
  return {
    id: 'latency',
    title: 'Latency',
    body: html`<p class="lead">From the moment when a request was due until its answer was complete, including the time to connect. Percentiles are of all samples: one that failed or was dropped counts as slower than any answer.${sentence === undefined ? null : ` ${sentence}`}</p><div class="panels">${isAll ? others : limited}${perSecond.panel}</div>${isAll || others?.length === 0 ? null : folded(`${plural(others?.length ?? 0, 'endpoint')} without a limit`, html`<div class="panels">${others}</div>`)}`,
    charts,
  };
};

function withPhases<Data extends BandsData | RatesData>(data: Data, phases: readonly PhaseBand[] | undefined): Data {
  return phases === undefined ? data : { ...data, phases };
}

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
  const percentiles = ([50, 95, 99] as const).map((percentile) => {
    const limit = limits.find((one) => one.percentile === percentile);
    const findings = limit === undefined ? [] : facts.verdict.findings.filter(({ id }) => id === limit.id);
    const icons = findings.map(
      ({ status, phase }) =>
        html`<span class="is-${status}">${statusIcon(status)}<span class="unseen">${STATUS_WORD[status]}${inPhase(facts.plan, phase)}</span></span>`,
    );
    return [`p${percentile}`, html`${percentileText(recording, percentile)} ${icons}`] as const;
  });
  return html`<section class="panel" aria-labelledby="latency-${endpoint}">
<header><h3 id="latency-${endpoint}">${endpoint}</h3><p class="note">${totalsText(recording)}</p></header>
${pairs(percentiles, 'stats')}
${figure({
  chart: `bands-${endpoint}`,
  title: 'Over time',
  isTitleSeen: false,
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
})}
${folded(html`Percentile spectrum<span class="unseen"> of ${endpoint}</span>`, spectrumFigure(recording, limits))}
</section>`;
}

/** `451 samples, 14 failed, slowest answer 710 ms`. */
function totalsText(recording: EndpointRecording): string {
  const { samples, failed, dropped } = endpointTotals(recording);
  return [
    plural(samples, 'sample'),
    ...(failed > 0 ? [`${countText(failed)} failed`] : []),
    ...(dropped > 0 ? [`${countText(dropped)} dropped`] : []),
    `slowest answer ${usText(recording.total.maxUs)}`,
  ].join(', ');
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

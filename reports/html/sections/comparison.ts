/** The section with the clients' figures beside the server's: requests, latencies, and a plot for each endpoint. */
import type { ComparedLatency, ComparedRequests } from '../../../lib/core/comparison.ts';
import { countText, msText, percentText, plural } from '../../../lib/core/numbers.ts';
import type { EndpointRecording } from '../../../lib/core/recording.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import { bucketText, differenceText } from '../../telemetry.ts';
import type { ChartData } from '../chart-data.ts';
import { compared } from '../compared.ts';
import { type Html, html, type Part } from '../html.ts';
import { figure, folded, table } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';

const REQUESTS = [{ head: 'Request' }, { head: 'Clients', numeric: true }, { head: 'Server' }] as const;
const LATENCIES = [{ head: 'Latency' }, { head: 'Clients', numeric: true }, { head: 'Server' }] as const;

export const comparison: SectionBuilder = (facts) => {
  const { comparison: both } = facts.verdict;
  if (both === null || both.requests.length + both.latencies.length === 0) return null;
  const charts: Record<string, ChartData> = {};
  const panels = both.latencies.map((one) => {
    const recording = recordingOf(facts, one);
    if (recording === undefined || recording.total.count === 0) return panel(one, null);
    charts[`compared-${one.endpoint}`] = compared(recording, one);
    return panel(one, plot(one, recording));
  });
  return {
    id: 'comparison',
    title: 'Clients against server',
    navTitle: 'Comparison',
    body: html`<p class="lead">What clients counted and measured, beside what the server's metrics say of the same requests. Clients' time includes connecting, the network and waiting, so the server's own can only be shorter; the server gives only a bucket for each percentile.</p>
${both.requests.length === 0 ? null : table('Requests as clients and server counted them', REQUESTS, both.requests.map(requestRow))}
${panels.length === 0 ? null : folded(`Latency on both sides: ${plural(panels.length, 'endpoint')}`, html`<div class="pair plots">${panels}</div>`)}`,
    charts,
  };
};

function recordingOf(facts: RunFacts, { endpoint }: ComparedLatency): EndpointRecording | undefined {
  return [...facts.recording.endpoints.values()].find((one) => one.endpoint === endpoint);
}

function requestRow(row: ComparedRequests): Part[] {
  const equal = row.clients === row.server;
  return [
    html`<code>${row.method} ${row.path}</code> ${row.status}`,
    countText(row.clients),
    equal
      ? html`${countText(row.server)} <small>equal</small>`
      : html`${countText(row.server)} <strong class="differs">${differenceText(row.clients, row.server)}</strong> <small>${row.explanation}</small>`,
  ];
}

function panel(one: ComparedLatency, figure: Html | null): Html {
  return html`<section class="panel" aria-labelledby="compared-${one.endpoint}">
<h3 id="compared-${one.endpoint}">${one.method} ${one.path}</h3>
${table(`Latency of ${one.method} ${one.path} on both sides`, LATENCIES, latencyRows(one))}
${figure}</section>`;
}

function latencyRows(one: ComparedLatency): Part[][] {
  return [
    ...one.percentiles.map((row): Part[] => [
      `p${row.percentile}`,
      row.clientMs === null ? 'none' : msText(row.clientMs),
      html`${bucketText(row)} <small>${row.explanation}</small>`,
    ]),
    ['mean', msText(one.clientMeanMs), html`${msText(one.serverMeanMs)} <small>${meanText(one)}</small>`],
  ];
}

function meanText({ clientMeanMs, serverMeanMs }: ComparedLatency): string {
  return serverMeanMs > clientMeanMs
    ? "the server's time is longer than clients waited"
    : `${msText(clientMeanMs - serverMeanMs)} outside the server`;
}

function plot(one: ComparedLatency, recording: EndpointRecording): Html {
  const name = `${one.method} ${one.path}`;
  const atMost = (toMs: number | null): string =>
    toMs === null ? '100 %' : percentText(1 - recording.total.countOverUs(toMs * 1000) / recording.total.count, 3);
  return figure({
    chart: `compared-${one.endpoint}`,
    title: 'By percentile',
    alternative: `${name}: latency of clients and bucket of the server by percentile. The table below has the same data.`,
    legend: [
      { key: 'client', label: 'clients' },
      { key: 'server', label: "server's bucket" },
    ],
    data: table(
      `${name}: share of requests at or below each bound`,
      [{ head: 'Up to' }, { head: 'Clients', numeric: true }, { head: 'Server', numeric: true }],
      one.buckets.map(({ toMs, share }) => [
        toMs === null ? '+Inf' : msText(toMs),
        atMost(toMs),
        percentText(share, 3),
      ]),
    ),
  });
}

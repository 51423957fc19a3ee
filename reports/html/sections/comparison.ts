/**
 * Owns the section of clients' figures beside the server's: requests, latencies, and a plot per endpoint.
 * Refuses to judge them; findings do.
 */
import type { ComparedLatency, ComparedRequests } from '../../../lib/core/comparison.ts';
import type { EndpointRecording } from '../../../lib/core/recording.ts';
import type { RunFacts } from '../../../lib/core/run.ts';
import { formatCount, formatMs, formatShare } from '../../format.ts';
import { bucketText, differenceText } from '../../telemetry.ts';
import type { ChartData } from '../chart-data.ts';
import { compared } from '../compared.ts';
import { type Html, html, type Part } from '../html.ts';
import { figure, table } from '../parts.ts';
import type { SectionBuilder } from '../section.ts';

const REQUESTS = [
  { head: 'Request' },
  { head: 'Status', numeric: true },
  { head: 'Clients', numeric: true },
  { head: 'Server', numeric: true },
  { head: 'Difference', numeric: true },
  { head: 'Explained' },
] as const;
const LATENCIES = [
  { head: 'Request' },
  { head: 'Latency' },
  { head: 'Clients', numeric: true },
  { head: "Server's bucket", numeric: true },
  { head: 'Explained' },
] as const;

export const comparison: SectionBuilder = (facts) => {
  const { comparison: both } = facts.verdict;
  if (both === null || both.requests.length + both.latencies.length === 0) return null;
  const charts: Record<string, ChartData> = {};
  const figures = both.latencies.flatMap((one) => {
    const recording = recordingOf(facts, one);
    if (recording === undefined || recording.total.count === 0) return [];
    charts[`compared-${one.endpoint}`] = compared(recording, one);
    return [plot(one, recording)];
  });
  return {
    id: 'comparison',
    title: 'Clients against server',
    navTitle: 'Comparison',
    body: html`<p class="lead">Left what clients counted and felt, right what the server's metrics say of the same requests. Clients' time begins when a request was due, so it holds connecting, the network and waiting; a server can only be quicker.</p>
${both.requests.length === 0 ? null : html`<h3>Requests</h3><div class="comparison">${table('Requests as clients and server counted them', REQUESTS, both.requests.map(requestRow))}</div>`}
${both.latencies.length === 0 ? null : html`<h3>Latency</h3><div class="comparison">${table('Latency as clients felt it and the server measured it', LATENCIES, both.latencies.flatMap(latencyRows))}</div>`}
${figures.length === 0 ? null : html`<div class="pair plots">${figures}</div>`}`,
    charts,
  };
};

function recordingOf(facts: RunFacts, { endpoint }: ComparedLatency): EndpointRecording | undefined {
  return [...facts.recording.endpoints.values()].find((one) => one.endpoint === endpoint);
}

const request = ({ method, path }: Pick<ComparedRequests, 'method' | 'path'>): Html =>
  html`<code>${method} ${path}</code>`;

function requestRow(row: ComparedRequests): Part[] {
  const difference = differenceText(row.clients, row.server);
  return [
    request(row),
    row.status,
    formatCount(row.clients),
    formatCount(row.server),
    row.clients === row.server ? difference : html`<strong class="differs">${difference}</strong>`,
    row.explanation === '' ? 'equal' : row.explanation,
  ];
}

function latencyRows(one: ComparedLatency): Part[][] {
  return [
    [request(one), 'mean', formatMs(one.clientMeanMs), formatMs(one.serverMeanMs), meanText(one)],
    ...one.percentiles.map((row): Part[] => [
      html`<span class="unseen">${one.method} ${one.path}</span>`,
      `p${row.percentile}`,
      row.clientMs === null ? 'none' : formatMs(row.clientMs),
      bucketText(row),
      row.explanation,
    ]),
  ];
}

function meanText({ clientMeanMs, serverMeanMs }: ComparedLatency): string {
  return serverMeanMs > clientMeanMs
    ? 'the server says longer than clients waited'
    : `${formatMs(clientMeanMs - serverMeanMs)} outside the server`;
}

function plot(one: ComparedLatency, recording: EndpointRecording): Html {
  const name = `${one.method} ${one.path}`;
  const atMost = (toMs: number | null): string =>
    toMs === null ? '100 %' : formatShare(1 - recording.total.countOverUs(toMs * 1000) / recording.total.count, 3);
  return figure({
    chart: `compared-${one.endpoint}`,
    title: name,
    alternative: `${name}: latency of clients and bucket of the server by percentile. The table below has the same data.`,
    legend: [
      { key: 'client', label: 'clients' },
      { key: 'server', label: "server's bucket" },
    ],
    data: table(
      `${name}: share of requests at or below each bound`,
      [{ head: 'Up to' }, { head: 'Clients', numeric: true }, { head: 'Server', numeric: true }],
      one.buckets.map(({ toMs, share }) => [
        toMs === null ? '+Inf' : formatMs(toMs),
        atMost(toMs),
        formatShare(share, 3),
      ]),
    ),
  });
}

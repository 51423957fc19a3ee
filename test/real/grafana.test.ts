/**
 * The documented dashboards on a real Prometheus that scrapes the reference target. Grafana itself is `grafana-stand-in`: the real one can't be
 * had here. Each named break fails its finding, and no other.
 */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { documentedDashboards } from '../../lib/stack/documented/dashboards.ts';
import { type GrafanaStandInOptions, startGrafanaStandIn } from '../../lib/stack/grafana/stand-in.ts';
import { type Backend, until } from '../../lib/stack/process.ts';
import { runPrometheus } from '../../lib/stack/prometheus.ts';
import { GRAFANA_BREAKS } from '../../lib/systems/grafana/faults/breaks.ts';
import { grafanaPromises } from '../../lib/systems/grafana/promises.ts';
import { seriesReturned } from '../../lib/systems/metrics/observe/prometheus-api.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { grafanaFindings, grafanaStatuses, observedGrafana } from '../support/grafana-run.ts';

const progress = { onProgress: (line: string) => console.log(line) };

let target: Target;
/** Its own metrics are those of a process: memory, processor time, disk. */
let other: Backend;
let prometheus: Backend;

beforeAll(async () => {
  [target, other] = await Promise.all([startTarget(), runPrometheus({ ...progress, config: '{}' })]);
  const job = (job_name: string, url: string) => ({ job_name, static_configs: [{ targets: [new URL(url).host] }] });
  const scrape_configs = [job('aragora', target.httpUrl), job('prometheus', other.url)];
  const config = { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs };
  prometheus = await runPrometheus({ ...progress, config: JSON.stringify(config) });
  const moves = ['aragora_requests_total', 'aragora_agent_calls_total', 'aragora_debate_duration_seconds_count'];
  await until('debates move what the panels show', async () => {
    await debate();
    const scraped = 'count(rate(process_cpu_seconds_total[1m]))';
    const moved = [...moves.map((name) => `sum(rate(${name}[1m])) > 0`), scraped].join(' and ');
    const answer = await seriesReturned({ url: prometheus.url }, moved, Date.now());
    return answer.ok && answer.data > 0;
  });
});
afterAll(async () => {
  await Promise.all([prometheus?.stop(), other?.stop(), target?.stop()]);
});

async function debate(): Promise<void> {
  const body = JSON.stringify({ question: 'Does a dashboard show this debate?', agents: ['one', 'two'], rounds: 1 });
  const headers = { 'content-type': 'application/json' };
  await (await fetch(`${target.httpUrl}/api/debates`, { method: 'POST', headers, body })).text();
}

async function seen(change: (options: GrafanaStandInOptions) => GrafanaStandInOptions = (same) => same) {
  const usual = { prometheusUrl: prometheus.url, dashboards: documentedDashboards(), token: 'secret' };
  const grafana = await startGrafanaStandIn(change(usual));
  onTestFinished(() => grafana.close());
  const observations = await observedGrafana(grafana.url, { auth: { kind: 'bearer', token: 'secret' } });
  expect(grafana.unexpected).toEqual([]);
  return observations;
}

test('all five dashboards are there, valid and return data', async () => {
  const findings = grafanaFindings(await seen());
  const said = findings.map(({ id, status, summary }) => `${id} ${status}: ${summary}`);
  expect(
    findings.map(({ status }) => status),
    said.join('\n'),
  ).toEqual(findings.map(() => 'pass'));
  const quiet = findings.flatMap(({ id, summary }) => (summary.includes('nothing yet') ? [`${id}: ${summary}`] : []));
  // A server without errors.
  expect(quiet).toEqual([
    'grafana.overview.data: 8 of 10 queries return data; nothing yet for "Error Rate", "Error Rate by Endpoint"',
  ]);
});

test.each(GRAFANA_BREAKS)('$name: $finding fails, and nothing else', async ({ name, finding, change }) => {
  const findings = grafanaFindings(await seen(change));
  const failed = findings.filter(({ status }) => status === 'fail');
  expect(
    failed.map(({ id }) => id),
    name,
  ).toEqual([finding]);
  // Of a dashboard that is not there, nothing else is known.
  const lost = finding.endsWith('.present')
    ? [finding.replace('present', 'valid'), finding.replace('present', 'data')]
    : [];
  const open = findings.filter(({ status }) => status !== 'pass' && status !== 'fail');
  expect(open.map(({ id, status }) => `${id} ${status}`)).toEqual(lost.map((id) => `${id} no-data`));
});

test('a datasource that is down: no dashboard shows data, and none is accused', async () => {
  const statuses = grafanaStatuses(await seen((options) => ({ ...options, prometheusUrl: 'http://127.0.0.1:1' })));
  const expected = grafanaPromises().dashboards.flatMap(({ key }) => [
    `grafana.${key}.present pass`,
    `grafana.${key}.valid pass`,
    `grafana.${key}.data unavailable`,
  ]);
  expect(statuses).toEqual(['grafana.health pass', ...expected]);
});

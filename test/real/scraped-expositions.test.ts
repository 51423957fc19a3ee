import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ActiveTarget, activeTargets } from '../../lib/systems/metrics/observe/prometheus-api.ts';
import { type Backend, launchPrometheus } from '../backends/launch.ts';
import { OPENMETRICS, OPENMETRICS_ACCEPTED, OPENMETRICS_REFUSED, QUOTED_NAME } from '../support/expositions.ts';

/** promtool reads no OpenMetrics, so a Prometheus that scrapes it is asked instead. */
const PLAIN = 'text/plain; version=0.0.4';
const OPEN = 'application/openmetrics-text; version=1.0.0';

/** What the specification of OpenMetrics forbids, and we refuse, but Prometheus accepts. */
const BORNE: readonly string[] = [
  'a counter without _total',
  'a negative counter',
  'a comma at the end',
  'a bucket without le',
  'HELP after the samples',
  'a counter that is NaN',
  'an exemplar that is too long',
];

const accepted = Object.entries(OPENMETRICS_ACCEPTED).map(([name, text]) => ({ name, type: OPEN, text }));
const refused = Object.entries(OPENMETRICS_REFUSED).map(([name, [text]]) => ({ name, type: OPEN, text }));
const cases = [
  { name: 'a quoted name', type: PLAIN, text: QUOTED_NAME },
  { name: 'good', type: OPEN, text: OPENMETRICS },
  ...accepted,
  ...refused,
];

let server: Server;
let prometheus: Backend;
let targets: readonly ActiveTarget[];

beforeAll(async () => {
  server = createServer((request, response) => {
    const one = cases[Number(request.url?.slice(1))];
    response.writeHead(200, { 'content-type': one?.type }).end(one?.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const jobs = cases.map((_, at) => ({ job: `case-${at}`, address, path: `/${at}` }));
  prometheus = await launchPrometheus(jobs, 1000);
  const answer = await activeTargets({ url: prometheus.url });
  if (!answer.ok) throw new Error(answer.reason);
  targets = answer.data;
});
afterAll(async () => {
  await prometheus.stop();
  server.close();
  server.closeAllConnections();
});

function scraped(name: string): ActiveTarget | undefined {
  return targets.find(({ job }) => job === `case-${cases.findIndex((one) => one.name === name)}`);
}

test.each(['a quoted name', 'good', ...Object.keys(OPENMETRICS_ACCEPTED)])('Prometheus scrapes %s', (name) => {
  expect(scraped(name)).toMatchObject({ health: 'up', lastError: '' });
});

describe('Prometheus refuses OpenMetrics with', () => {
  test.each(refused.filter(({ name }) => !BORNE.includes(name)))('$name', ({ name }) => {
    expect(scraped(name)).toMatchObject({ health: 'down', lastError: expect.stringMatching(/.+/) });
  });
});

test.each(BORNE)('Prometheus accepts %s, which OpenMetrics forbids', (name) => {
  expect(scraped(name)).toMatchObject({ health: 'up' });
});

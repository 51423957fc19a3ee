/** The embedded target's metrics are read from itself, and a Prometheus that scrapes it, too, is asked only what nobody else can say. */
import { expect, test } from 'vitest';
import { judgeObserved } from '../../../test/support/judge-system.ts';
import type { Observation } from '../../core/observation.ts';
import { plannedSystems } from '../plan.ts';
import type { MetricsObserved, ScrapeTarget } from './observation.ts';
import { METRICS } from './system.ts';

const base: Omit<MetricsObserved, 'source'> = {
  ...{ kind: 'metrics', status: 'collected', url: 'http://127.0.0.1:1', atMs: [0, 1000], contentType: 'text/plain' },
  ...{ families: [], malformed: [], settled: true, failedScrapes: [], seriesLeftOut: 0, queries: [], targets: null },
} as const;
const direct: MetricsObserved = { ...base, source: 'direct' };
const scrape = (health: string): ScrapeTarget => ({ job: 'aragora', instance: 'a:1', health, lastError: '' });
const prometheus = (...targets: ScrapeTarget[]): MetricsObserved => ({ ...base, source: 'prometheus', targets });
const silent = { kind: 'metrics', status: 'unavailable', source: 'prometheus', reason: 'refused', hint: 'start it' };

const UP = 'metrics.prometheus.up';
const SCRAPED = 'metrics.exposition.scraped';

function statuses(observations: readonly unknown[], sources = ['direct', 'prometheus']): unknown {
  const found = judgeObserved(METRICS, observations as Observation[], { sources }, (id) => [UP, SCRAPED].includes(id));
  return Object.fromEntries(found.map(({ id, status }) => [id, status]));
}

test('what only Prometheus can say is read from it, and the rest from the server', () => {
  expect(statuses([direct, prometheus(scrape('up'))])).toEqual({ [UP]: 'pass', [SCRAPED]: 'pass' });
  expect(statuses([direct, prometheus(scrape('down'))])).toEqual({ [UP]: 'fail', [SCRAPED]: 'pass' });
  expect(statuses([direct, prometheus()])).toEqual({ [UP]: 'fail', [SCRAPED]: 'pass' });
});

test('a Prometheus that does not answer is no evidence, and takes none away', () => {
  expect(statuses([direct, silent])).toEqual({ [UP]: 'unavailable', [SCRAPED]: 'pass' });
  expect(statuses([direct])).toEqual({ [UP]: 'no-data', [SCRAPED]: 'pass' });
});

test('without one all is as ever', () => {
  expect(statuses([direct], ['direct'])).toEqual({ [UP]: 'no-data', [SCRAPED]: 'pass' });
});

test('the plan of the embedded target has both where a Prometheus is asked, and of a named one only that', () => {
  const sourcesOf = (given: object | undefined, asked: object) =>
    plannedSystems([METRICS], 'documented', given as Record<string, unknown>, { asked: { ...asked } });
  const url = { prometheus: 'http://p' };
  expect(sourcesOf(undefined, url)).toMatchObject({ metrics: { sources: ['direct', 'prometheus'] } });
  expect(sourcesOf(undefined, {})).toMatchObject({ metrics: { sources: ['direct'] } });
  expect(sourcesOf(url, url)).toMatchObject({ metrics: { sources: ['prometheus'] } });
});

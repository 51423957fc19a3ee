/** Which labels may be the documented ones: by the form of their values, as the only one left, or none that can be told. */
import { describe, expect, test } from 'vitest';
import type { MetricSeries } from '../../systems/metrics/observation.ts';
import { DOCUMENTED_METRICS } from '../../systems/metrics/promises.ts';
import type { MetricSignal } from '../../systems/metrics/signals.ts';
import { filterAs, likelyLabels } from './labels.ts';

function signalNamed(wanted: string): MetricSignal {
  const found = DOCUMENTED_METRICS.metrics.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`no metric ${wanted}`);
  return found;
}
const REQUESTS = signalNamed('aragora_requests_total');
const AGENTS = signalNamed('aragora_agent_latency_seconds');

const family = (...labels: readonly MetricSeries['labels'][]) => ({
  series: labels.map((one) => ({ name: 'any', labels: one, values: [1] }) as unknown as MetricSeries),
});

describe('the labels of requests', () => {
  test.each([
    ['have their documented names', { method: 'GET', endpoint: '/a', status: '200', pod: 'a' }, {}],
    ['one has another', { method: 'GET', route: '/a', status: '200' }, { endpoint: 'route' }],
    [
      'all have others, beside one of the server itself',
      { verb: 'GET', route: '/a', code: '200', pod: 'web-1' },
      { method: 'verb', endpoint: 'route', status: 'code' },
    ],
    ['two look like a path', { method: 'GET', route: '/a', path: '/b', status: '200' }, {}],
    [
      'it is grouped, and looks like none',
      { method: 'GET', handler: 'Health', status: '200' },
      { endpoint: 'handler' },
    ],
    ['several look like none', { method: 'GET', handler: 'Health', pod: 'a', status: '200' }, {}],
  ])('%s', (_, labels, found) => {
    expect(likelyLabels(REQUESTS, family(labels))).toEqual(found);
  });
});

test('a label that no request has is only the one that is left', () => {
  expect(likelyLabels(AGENTS, family({ vendor: 'a', le: '1' }))).toEqual({ provider: 'vendor' });
  expect(likelyLabels(AGENTS, family({ vendor: 'a', region: '/b', le: '1' }))).toEqual({});
  expect(likelyLabels(AGENTS, family())).toEqual({});
});

test('a filter has the label as the release calls it', () => {
  expect(filterAs({ endpoint: '/.*', pod: 'a' }, { endpoint: 'route' })).toEqual({ route: '/.*', pod: 'a' });
  expect(filterAs(undefined, { endpoint: 'route' })).toBeUndefined();
});

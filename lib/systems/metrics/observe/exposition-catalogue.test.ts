import { expect, test } from 'vitest';
import { startTarget } from '../../../target/target.ts';
import { promisedCatalogue } from '../promised-catalogue.ts';
import { expositionCatalogue } from './exposition-catalogue.ts';

test('each name has its type, its labels, and whether every series has them', () => {
  const text =
    '# TYPE a_total counter\na_total{x="1",y="2"} 1\na_total{x="3",z=""} 1\n# TYPE b gauge\n# TYPE h histogram\nc 1\n';
  const { metrics, kind, jobs } = expositionCatalogue('here', text, 'prometheus');
  expect([kind, jobs]).toEqual(['exposition', null]);
  expect([...metrics]).toEqual([
    [
      'a_total',
      {
        type: 'counter',
        hasSeries: true,
        labels: new Map([
          ['x', { values: new Set(['1', '3']), isOnAll: true }],
          ['y', { values: new Set(['2']), isOnAll: false }],
        ]),
      },
    ],
    ['c', { type: 'unknown', hasSeries: true, labels: new Map() }],
    ['b', { type: 'gauge', hasSeries: false, labels: null }],
    ['h_bucket', { type: 'histogram', hasSeries: false, labels: null }],
    ['h_sum', { type: 'histogram', hasSeries: false, labels: null }],
    ['h_count', { type: 'histogram', hasSeries: false, labels: null }],
  ]);
});

test('a counter of OpenMetrics is asked for with its end', () => {
  const { metrics } = expositionCatalogue(
    'here',
    '# TYPE a counter\n# TYPE b counter\nb_total 1\n# EOF\n',
    'openmetrics',
  );
  expect([...metrics.keys()]).toEqual(['b_total', 'a_total']);
});

test('what a release calls differently is found by its documented name', () => {
  const text = '# TYPE aragora_http_request_duration_seconds histogram\n';
  expect([...expositionCatalogue('here', text, 'prometheus').renames]).toEqual([
    ['aragora_request_duration_seconds', 'aragora_http_request_duration_seconds'],
  ]);
});

test('the reference server has every name that the documents list', async () => {
  const target = await startTarget();
  try {
    const text = await (await fetch(`${target.httpUrl}/metrics`)).text();
    const { metrics } = expositionCatalogue(target.httpUrl, text, 'prometheus');
    const listed = [...promisedCatalogue('documented').metrics.keys()];
    expect(listed.filter((name) => !metrics.has(name))).toEqual([]);
  } finally {
    await target.stop();
  }
});

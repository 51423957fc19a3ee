/**
 * A fake Prometheus that has some metrics with one series each, and answers what Grafana's panels and `lib/rules` ask. Any other call fails. It
 * knows no PromQL: a query returns data if all metrics that it names are there and it names no label value `none`.
 */
import { wantedOf } from '../../lib/rules/wanted.ts';
import { type FakeAnswer, FakeBackend, type FakeCall } from './fake-backend.ts';

export type Metrics = Readonly<Record<string, Readonly<Record<string, string>>>>;

export async function scriptedPrometheus(metrics: Metrics): Promise<FakeBackend> {
  const has = (query: string): boolean =>
    !query.includes('"none"') && [...wantedOf([query]).keys()].every((name) => metrics[name] !== undefined);
  const labelsOf = ({ query }: FakeCall): Readonly<Record<string, string>> => {
    const selector = query.get('match[]') ?? '';
    const name = Object.keys(metrics).find((one) => selector.includes(one));
    return name === undefined ? {} : (metrics[name] ?? {});
  };
  const values = (label: string) => (call: FakeCall) =>
    data([labelsOf(call)[label]].filter((one) => one !== undefined));
  const all = new Set(Object.values(metrics).flatMap((labels) => Object.keys(labels)));
  return await FakeBackend.start({
    'GET /api/v1/query_range': [
      ({ query }) => {
        const text = query.get('query') ?? '';
        if (text.includes('refused(')) return { status: 400, json: { status: 'error', error: 'unknown function' } };
        const value = text.includes('NaN') ? 'NaN' : '1';
        const result = has(text) ? [{ metric: {}, values: [[Number(query.get('end')), value]] }] : [];
        return data({ resultType: 'matrix', result });
      },
    ],
    'GET /api/v1/query': [
      ({ query }) => {
        const name = Object.keys(metrics).find((one) => query.get('query')?.includes(JSON.stringify(one)));
        const result = name === undefined ? [] : [{ metric: {}, value: [1, '1'] }];
        return data({ resultType: 'vector', result });
      },
    ],
    'GET /api/v1/label/__name__/values': [() => data(Object.keys(metrics))],
    'GET /api/v1/label/job/values': [() => data(['aragora'])],
    'GET /api/v1/metadata': [() => data({})],
    'GET /api/v1/scrape_pools': [() => data({ scrapePools: ['aragora'] })],
    'GET /api/v1/labels': [(call) => data(Object.keys(labelsOf(call)))],
    ...Object.fromEntries([...all].map((label) => [`GET /api/v1/label/${label}/values`, [values(label)]])),
  });
}

function data(value: unknown): FakeAnswer {
  return { json: { status: 'success', data: value } };
}

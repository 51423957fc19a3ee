/** Runs a query as a panel does, and of one that returned nothing asks what speaks against it. */
import { queryProblems } from '../../../rules/reach.ts';
import { wantedOf } from '../../../rules/wanted.ts';
import {
  type Answer,
  asked,
  field,
  list,
  type PrometheusAccess,
  seriesReturned,
} from '../../metrics/observe/prometheus-api.ts';
import { prometheusCatalogue } from '../../metrics/observe/prometheus-catalogue.ts';
import type { SeenQuery } from '../observation.ts';
import type { Times } from './times.ts';

type Seen = Omit<SeenQuery, 'panel'>;

const NOTHING_ELSE = { said: '', problems: [], silent: [] } as const;

export async function runQuery(access: PrometheusAccess, query: string, times: Times): Promise<Seen> {
  const answer = await numbersReturned(access, query, times);
  if (!answer.ok) return failed(query, answer);
  const { series, numbers } = answer.data;
  if (numbers > 0) return { ...NOTHING_ELSE, query, outcome: 'data' };
  const known = await prometheusCatalogue(access, wantedOf([query]));
  if (!known.ok) return failed(query, known);
  const problems = queryProblems(query, { catalogue: known.data, scrapeIntervalMs: null });
  const silent = await silentMetrics(access, query, times);
  if (!silent.ok) return failed(query, silent);
  return { query, outcome: series > 0 ? 'no-number' : 'empty', said: '', problems, silent: silent.data };
}

/** Prometheus' own word about a query is 400, or 422 where it can't be carried out. */
function failed(query: string, { status, reason, hint }: Extract<Answer<unknown>, { readonly ok: false }>): Seen {
  const isRefused = status === 400 || status === 422;
  const said = isRefused
    ? `Prometheus refuses the query: ${reason.replace(/^.*? answers \d+:? ?/, '')}`
    : `${reason}; ${hint}`;
  return { ...NOTHING_ELSE, query, outcome: isRefused ? 'refused' : 'unread', said };
}

interface Returned {
  readonly series: number;
  /** Samples that are numbers, of all series. */
  readonly numbers: number;
}

async function numbersReturned(
  access: PrometheusAccess,
  query: string,
  { startMs, endMs, stepMs }: Times,
): Promise<Answer<Returned>> {
  const sec = (ms: number): string => String(ms / 1000);
  const range = { query, start: sec(startMs), end: sec(endMs), step: sec(stepMs) };
  return await asked(access, '/api/v1/query_range', range, (data) => {
    const result = list(field(data, 'result'));
    return { series: result.length, numbers: result.reduce<number>((sum, one) => sum + numbersIn(one), 0) };
  });
}

function numbersIn(series: unknown): number {
  const histograms = list(field(series, 'histograms') ?? []);
  const values = list(field(series, 'values') ?? []);
  return histograms.length + values.filter((point) => list(point)[1] !== 'NaN').length;
}

async function silentMetrics(access: PrometheusAccess, query: string, { endMs }: Times): Promise<Answer<string[]>> {
  const silent: string[] = [];
  for (const metric of wantedOf([query]).keys()) {
    const answer = await seriesReturned(access, `{__name__=${JSON.stringify(metric)}}`, endMs);
    if (!answer.ok) return answer;
    if (answer.data === 0) silent.push(metric);
  }
  return { ok: true, data: silent };
}

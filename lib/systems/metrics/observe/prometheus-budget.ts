/**
 * Counts requests and failed requests in a Prometheus over a stretch of time, with the metric that the monitoring guide documents. It
 * counts the guide's "Successful responses / Total requests"; 5xx is failed.
 */
import type { MetricLocation } from '../signals.ts';
import { type Answer, type PrometheusAccess, valuesByLabel } from './prometheus-api.ts';

export interface RequestCounter {
  /** Where the contract keeps the documented counter. */
  readonly location: MetricLocation;
  /** Its job there; absent: every job's. */
  readonly job: string | undefined;
}

export interface RequestsCounted {
  /** 0 where nothing was counted: then nothing is known. */
  readonly samples: number;
  readonly bad: number;
}

/**
 * Over the `rangeSec` before `atMs`, as far back as Prometheus has data. Fractions, because increase() extrapolates to the edges of the
 * range. Refuses counters whose `status` is not an HTTP status, because failed requests are then unknown.
 */
export async function requestsCounted(
  access: PrometheusAccess,
  counter: RequestCounter,
  atMs: number,
  rangeSec: number,
): Promise<Answer<RequestsCounted>> {
  const query = `sum by (status) (increase(${selector(counter)}[${Math.max(1, Math.floor(rangeSec))}s]))`;
  const answer = await valuesByLabel(access, query, 'status', atMs);
  if (!answer.ok) return answer;
  let samples = 0;
  let bad = 0;
  for (const [status, requests] of answer.data) {
    if (!/^[1-5]\d\d$/.test(status)) {
      const reason = `${counter.location.name} has the status ${JSON.stringify(status.slice(0, 40))}, which is not an HTTP status`;
      return { ok: false, status: null, reason, hint: 'the guide counts failed requests by status=~"5.."' };
    }
    samples += requests;
    if (status.startsWith('5')) bad += requests;
  }
  return { ok: true, data: { samples, bad } };
}

function selector({ location: { name, where = {} }, job }: RequestCounter): string {
  const matchers = Object.entries(where).map(([label, pattern]) => `${label}=~${JSON.stringify(pattern)}`);
  const all = job === undefined ? matchers : [...matchers, `job=${JSON.stringify(job)}`];
  return all.length === 0 ? name : `${name}{${all.join(',')}}`;
}

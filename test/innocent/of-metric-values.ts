/** Innocents that count, time and split what happens in other ways than the reference target. */
import type { Exposition } from '../../lib/target/metrics.ts';
import { type Sample, sampleText, withLines, withSamples } from './exposition.ts';
import { always, type TapeInnocent } from './innocent.ts';

const GAUGES = ['aragora_debates_active', 'aragora_active_debates', 'aragora_websocket_connections'];
const REQUEST_SECONDS = 'aragora_request_duration_seconds';

/** Samples with this beginning of their name, changed; all others stay. */
function ofMetric(begin: string, change: (sample: Sample) => readonly Sample[]) {
  return always((right) => withSamples(right, (one) => (one.name.startsWith(begin) ? change(one) : [one])));
}

/** Each count as two rows that add up to it. */
function split(sample: Sample, label: string, values: readonly [string, string]): readonly Sample[] {
  const less = Math.floor(sample.value / 3);
  return [less, sample.value - less].map((value, at) => ({
    ...sample,
    labels: { ...sample.labels, [label]: values[at] ?? '' },
    value,
  }));
}

/** A gauge that a task in the background sets so often. */
function setEvery(everyMs: number) {
  return {
    exposition: () => {
      const kept = new Map<string, { readonly atMs: number; readonly value: number }>();
      return (right: Exposition) =>
        withSamples(right, (one) => {
          if (!GAUGES.includes(one.name)) return [one];
          const last = kept.get(one.name);
          const now =
            last === undefined || Date.now() - last.atMs >= everyMs ? { atMs: Date.now(), value: one.value } : last;
          kept.set(one.name, now);
          return [{ ...one, value: now.value }];
        });
    },
  };
}

/** Only these bounds, and the last. */
function withBounds(begin: string, isKept: (bound: number) => boolean) {
  return ofMetric(begin, (one) => {
    const { le } = one.labels;
    return le === undefined || le === '+Inf' || isKept(Number(le)) ? [one] : [];
  });
}

export const OF_METRIC_VALUES: readonly TapeInnocent[] = [
  {
    name: 'durations with the status as a label',
    because: 'a middleware uses the labels of its counter',
    tape: ofMetric(REQUEST_SECONDS, (one) => [{ ...one, labels: { ...one.labels, status: '200' } }]),
  },
  {
    name: 'few bounds for agents and debates',
    because: 'no document gives the bounds of their histograms',
    tape: {
      exposition: () => (right) =>
        ['aragora_agent_latency_seconds', 'aragora_debate_duration_seconds'].reduce((before, name) => {
          const { exposition } = withBounds(name, (bound) => bound === 0.5 || bound === 5);
          return exposition()(before);
        }, right),
    },
  },
  {
    name: 'two agents of one provider',
    because: 'the guides name both labels',
    tape: ofMetric('aragora_agent_', (one) => split(one, 'agent', ['proposer', 'critic'])),
  },
  {
    name: 'a provider that nobody has called yet',
    because: 'a library makes all rows at its start',
    tape: ofMetric('aragora_agent_', (one) => [
      one,
      { ...one, labels: { ...one.labels, provider: 'gemini' }, value: 0 },
    ]),
  },
  {
    name: 'successful calls under the status ok',
    because: 'no document gives the word for success',
    tape: ofMetric('aragora_agent_calls_total', (one) => [{ ...one, labels: { ...one.labels, status: 'ok' } }]),
  },
  {
    name: 'rows of agent calls that failed, at 0',
    because: 'a library makes all rows at its start',
    tape: ofMetric('aragora_agent_calls_total', (one) => [
      one,
      ...['timeout', 'error', 'rate_limited'].map((status) => ({
        ...one,
        labels: { ...one.labels, status },
        value: 0,
      })),
    ]),
  },
  {
    name: 'consensus by the kind of agreement',
    because: 'a counter may have labels of its own',
    tape: ofMetric('aragora_consensus_reached_total', (one) => split(one, 'kind', ['unanimous', 'majority'])),
  },
  {
    name: 'debate durations by domain',
    because: 'a histogram may have labels of its own',
    tape: ofMetric('aragora_debate_duration_seconds', (one) => [
      { ...one, labels: { domain: 'law', ...one.labels } },
      { ...one, labels: { domain: 'code', ...one.labels }, value: 0 },
    ]),
  },
  {
    name: 'gauges set by a task each second',
    because: 'a gauge is a sample of a moment, and no document says of which',
    tape: setEvery(1000),
  },
  {
    name: 'gauges set by a task each three seconds',
    because: 'a gauge is a sample of a moment, and no document says of which',
    undecided: { 'metrics.': /./ },
    byChance: true,
    tape: setEvery(3000),
  },
  {
    name: 'a gauge of a process that is gone',
    because: 'with PROMETHEUS_MULTIPROC_DIR the file of a dead process stays',
    tape: ofMetric('aragora_websocket_connections', (one) => [
      { ...one, labels: { pid: '17' } },
      { ...one, labels: { pid: '11' }, value: 3 },
    ]),
  },
  {
    name: 'rows of a replica that was replaced before the run',
    because: 'whoever adds up replicas keeps what the old one counted',
    tape: {
      exposition: () => {
        const old = new Map<string, number>();
        let isFirst = true;
        return (right) => {
          const changed = withSamples(right, (one) => {
            if (!one.name.startsWith('aragora_') || GAUGES.includes(one.name)) return [one];
            const of = sampleText({ ...one, value: 0 });
            if (isFirst) old.set(of, one.value);
            const value = old.get(of);
            return value === undefined ? [one] : [one, { ...one, labels: { ...one.labels, replica: 'old' }, value }];
          });
          isFirst = false;
          return changed;
        };
      },
    },
  },
  {
    name: 'ratings that change for the winner alone',
    because: 'no document says how many ratings a debate changes',
    tape: ofMetric('aragora_elo_updates_total', (one) => [{ ...one, value: one.value / 2 }]),
  },
  {
    name: 'requests with the version of the protocol',
    because: 'a counter may have labels of its own',
    tape: ofMetric('aragora_requests_total', (one) => split(one, 'http_version', ['1.1', '2'])),
  },
  {
    name: 'methods in lower case are others, but HEAD is none of ours',
    because: 'rows of what nobody asked for stay at 0',
    tape: always((right) =>
      withLines(right, (lines) =>
        lines.flatMap((line) =>
          line.startsWith('aragora_requests_total{method="GET",endpoint="/api/health"')
            ? [
                line,
                line.replace('GET', 'HEAD').replace(/ \S+$/, ' 0'),
                line.replace('GET', 'OPTIONS').replace(/ \S+$/, ' 0'),
              ]
            : [line],
        ),
      ),
    ),
  },
];

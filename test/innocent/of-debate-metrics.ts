/** Innocents whose metrics of agents, debates and memory look odd. */
import { timeOfMoment } from '../../lib/core/moment.ts';
import type { Exposition } from '../../lib/target/metrics.ts';
import type { Tape } from '../proofs/tape.ts';
import { sampleText, scrapeByScrape, withSamples } from './exposition.ts';
import { always, type TapeInnocent } from './innocent.ts';
import { every, laterMs, like, newSpanId } from './spans.ts';

export const OF_DEBATE_METRICS: readonly TapeInnocent[] = [
  {
    name: 'an agent latency without what comes around the call',
    because: 'a server times the call to the provider, and not its own work for it',
    tape: always((right) =>
      withSamples(right, (one) => [
        one.name === 'aragora_agent_latency_seconds_sum' ? { ...one, value: one.value * 0.99 } : one,
      ]),
    ),
  },
  {
    name: 'agents with other labels as well',
    because: 'a model and a mode say more of a call',
    tape: always((right) =>
      withSamples(right, (one) =>
        one.name.startsWith('aragora_agent_') ? [{ ...one, labels: { ...one.labels, model: 'demo-1' } }] : [one],
      ),
    ),
  },
  {
    name: 'a histogram whose parts are read one after the other',
    because: 'the server counts while it answers, so the sum may be that of a moment before',
    tape: {
      exposition: () => {
        let sums = new Map<string, number>();
        return (right) => {
          const now = new Map<string, number>();
          const answer = withSamples(right, (one) => {
            if (!one.name.endsWith('_seconds_sum')) return [one];
            const key = sampleText({ ...one, value: 0 });
            now.set(key, one.value);
            return [{ ...one, value: sums.get(key) ?? one.value }];
          });
          sums = now;
          return answer;
        };
      },
    },
  },
  {
    name: 'a call of an agent that fails is tried again',
    because: 'each try is a call to the provider, and one in ten has its own status',
    tape: always((right) =>
      withSamples(right, (one) =>
        one.name === 'aragora_agent_calls_total'
          ? [one, { ...one, labels: { ...one.labels, status: 'error' }, value: Math.floor(one.value / 10) }]
          : [one],
      ),
    ),
  },
  {
    name: 'agents vote after they spoke',
    because: 'a vote is a call without a message, and counters, histogram and spans all have it',
    undecided: { 'metrics.agent_latency_seconds.percentiles': /timed others than those that clients saw/ },
    tape: {
      ...always((right) =>
        withSamples(right, (one) => [one.name.startsWith('aragora_agent_') ? { ...one, value: 2 * one.value } : one]),
      ),
      ...every((span) => {
        if (span.name !== 'agent.call') return [span];
        return [span, like(span, { spanId: newSpanId(), endTime: laterMs(span.endTime, -0.01) })];
      }),
    },
  },
  {
    name: 'half of the answers come from a cache',
    because: 'both agents of a debate are asked the same, and an answer from a cache is no call to a provider',
    undecided: {
      'metrics.agent_calls_total.reconciles': /answers without a call, or too few$/,
      'metrics.agent_latency_seconds.reconciles': /answers without a call, or too few$/,
      'metrics.agent_latency_seconds.percentiles': /timed others than those that clients saw/,
      'traces.histograms': /^fewer calls of agents were timed than clients saw answers$/,
    },
    tape: always(onlyFastCalls),
  },
  {
    name: 'ratings change for each domain and overall',
    because: 'no document says how many ratings a debate changes',
    tape: always((right) =>
      withSamples(right, (one) => [one.name === 'aragora_elo_updates_total' ? { ...one, value: one.value * 3 } : one]),
    ),
  },
  {
    name: 'one gauge of running debates a moment behind the other',
    because: 'each is set where its own part of the server knows of a debate',
    tape: {
      exposition: () =>
        scrapeByScrape((one, scrape) =>
          one.name === 'aragora_debates_active' && scrape % 2 === 0 && one.value > 0
            ? { ...one, value: one.value - 1 }
            : one,
        ),
    },
  },
  {
    name: 'a memory that empties itself during the load',
    because: 'tiers lose what is old, whatever the load does',
    tape: {
      exposition: () => {
        let scrapes = 0;
        return (right) => {
          const left = Math.max(0, 40 - 3 * scrapes++);
          return withSamples(right, (one) => [one.name === 'aragora_memory_tier_size' ? { ...one, value: left } : one]);
        };
      },
    },
  },
  {
    name: 'sockets that are counted down three seconds late',
    because: 'the server notices late that a client is gone, or cleans up before it counts',
    tape: {
      exposition: lateOf('aragora_websocket_connections', 'socket-closed-at', 3000),
    },
  },
  {
    name: 'debates that are counted down two seconds late',
    because: 'the server writes down what it learnt from a debate before it counts it as over',
    tape: { exposition: lateOf('aragora_debates_active|aragora_active_debates', 'debate-ended-at', 2000) },
  },
];

/** A busy server counts down so much later than a client has closed, and until then it still shows what would be added here. */
const COUNTED_DOWN_WITHIN_MS = 1000;

/** What ended by the clients' moments is shown again until so much later. */
function lateOf(metric: string, moments: string, lateMs: number) {
  return ({ facts: { load, recording } }: Tape) => {
    const fromMs = load.startedAtMs - 5000;
    const ended = (recording.endpoints.get(moments)?.total.buckets() ?? []).map(({ valueUs, count }) => ({
      atMs: timeOfMoment(valueUs / 1000, fromMs),
      count,
    }));
    return (right: Exposition): Exposition => {
      const nowMs = Date.now();
      const [fromMs, toMs] = [nowMs - lateMs, nowMs - COUNTED_DOWN_WITHIN_MS];
      const more = ended.reduce((sum, { atMs, count }) => (atMs > fromMs && atMs <= toMs ? sum + count : sum), 0);
      return withSamples(right, (one) => [
        new RegExp(`^(${metric})$`).test(one.name) ? { ...one, value: one.value + more } : one,
      ]);
    };
  };
}

/** Calls that take longer than the first bound came from a cache, and are neither counted nor timed. */
function onlyFastCalls(right: Exposition): Exposition {
  const fast = Number(/^aragora_agent_latency_seconds_bucket\{le="0\.05".* (\d+)$/m.exec(right.body)?.[1] ?? 0);
  return withSamples(right, (one) => {
    if (!one.name.startsWith('aragora_agent_')) return [one];
    return [{ ...one, value: one.name.endsWith('_sum') ? fast * 0.001 : fast }];
  });
}

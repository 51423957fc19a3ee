/** The breaks of metrics that only clients who watched debates can see: what is counted and timed of them, and when. Data only. */
import type { MetricsBreak } from './faults.ts';
import { type Lie, lie, valued } from './lie.ts';

const counted = (metric: string, name: string, description: string): Lie => ({
  metric,
  name,
  about: 'reconciles',
  description,
});
const moving = (metric: string, name: string, description: string): Lie => ({
  metric,
  name,
  about: 'moves',
  description,
});

const counts: readonly MetricsBreak[] = [
  valued(counted('agent_calls_total', 'double', 'each call of an agent is counted twice'), { times: 2 }),
  valued(counted('agent_calls_total', 'half', 'one call of an agent in two is not counted'), { times: 0.5 }),
  valued(counted('agent_latency_seconds', 'double', 'each agent is timed twice'), { times: 2 }),
  valued(counted('consensus_reached_total', 'half', 'one consensus in two is not counted'), { times: 0.5 }),
  valued(counted('debate_timeouts_total', 'unseen', 'time-outs are counted that nobody saw'), { eachMore: 1 }),
  valued(counted('elo_updates_total', 'thousandfold', 'each change of a rating counts as a thousand'), { times: 1000 }),
  lie(counted('agent_calls_total', 'timed-out', 'every call of an agent is said to have timed out'), {
    kind: 'calls-as',
    status: 'timeout',
  }),
  lie(counted('requests_total', 'invented', 'one request in ten is also counted under a path that nobody asked for'), {
    kind: 'requests-invented',
    every: 10,
  }),
];

const TOO_SHORT = 'debates last a thousandth of what clients saw';
const LUMPED = 'one debate in two takes no time, and the next one takes that of both';

const durations: readonly MetricsBreak[] = [
  lie(
    { metric: 'debate_duration_seconds', name: 'too-short', about: 'mean', description: TOO_SHORT },
    { kind: 'seconds-times', of: 'debates', factor: 0.001 },
  ),
  lie(
    { metric: 'debate_duration_seconds', name: 'lumped', about: 'percentiles', description: LUMPED },
    { kind: 'lumped', of: 'debates' },
  ),
];

const steps: readonly MetricsBreak[] = [
  valued(moving('requests_total', 'late', 'the counter shows what it was eight scrapes ago'), { behind: 8 }),
  valued(moving('agent_calls_total', 'late', 'the counter shows what it was eight scrapes ago'), { behind: 8 }),
  valued(moving('debates_completed_total', 'late', 'the counter shows what it was eight scrapes ago'), { behind: 8 }),
];

const AT_CREATION = 'debates count as completed when they are created';
const early: readonly MetricsBreak[] = [
  lie(moving('debates_completed_total', 'at-creation', AT_CREATION), {
    kind: 'value-added',
    metric: 'aragora_debates_completed_total',
    of: 'aragora_active_debates',
  }),
  lie(moving('consensus_reached_total', 'at-creation', 'a consensus counts as reached when a debate is created'), {
    kind: 'value-added',
    metric: 'aragora_consensus_reached_total',
    of: 'aragora_active_debates',
  }),
];

const gauges: readonly MetricsBreak[] = [
  valued(moving('debates_active', 'thousandfold', 'each running debate counts as a thousand'), { times: 1000 }),
  valued(moving('websocket_connections', 'creeping', 'one socket more at each scrape is counted'), { creeping: 1 }),
  valued(moving('websocket_connections', 'short-lived', 'no more than 22 open sockets are counted'), { most: 22 }),
  valued(moving('active_debates', 'in-parts', 'the gauge of running debates shows half debates'), { plus: 0.5 }),
  valued(moving('websocket_connections', 'thousandfold', 'each open socket counts as a thousand'), { times: 1000 }),
  valued(
    {
      metric: 'memory_tier_size',
      name: 'below-zero',
      about: 'possible',
      description: 'memory holds less than nothing',
    },
    { plus: -1e6 },
  ),
];

export const LEDGER_BREAKS: readonly MetricsBreak[] = [...counts, ...durations, ...steps, ...early, ...gauges];

/** Changes of metrics that nobody could notice: see ../equivalent.ts. */
import type { Equivalent } from '../equivalent.ts';
import { ENCODED, RENAMED } from './names.ts';

/** What leaves a histogram in agreement with itself. */
const BEFORE_THE_RUN = [
  {
    operators: ['zero', 'double', 'thousandfold', 'lose-all'],
    signals: ['aragora_requests_total', 'aragora_request_duration_seconds'],
  },
  {
    operators: ['constant', ...RENAMED],
    signals: ['aragora_requests_total endpoint', 'aragora_request_duration_seconds endpoint'],
  },
] as const;

export const METRICS: readonly Equivalent[] = [
  {
    system: 'metrics',
    operators: ['lag'],
    signals: ['*'],
    reason:
      'A number is late by one scrape of the harness, about a second. A server may add up its numbers as often, and the documents scrape every 15 s.',
  },
  {
    system: 'metrics',
    operators: ['*'],
    signals: ['* HELP'],
    reason: 'The help text is for people, and no document gives it.',
  },
  {
    system: 'metrics',
    operators: ['upper-case'],
    signals: ['* TYPE'],
    reason: 'Readers of the format differ on the case of a type, and the reference parser of Go reads either.',
  },
  {
    system: 'metrics',
    operators: ['reorder'],
    signals: ['*_total', 'aragora_memory_tier_size', '*_sum', '*_count'],
    reason: 'No document and no format promises an order of series.',
  },
  ...['all', 'first half', 'last third'].map((scope) => ({
    system: 'metrics',
    operators: ['hold-back-to-the-end'],
    signals: ['*_total', '*_seconds', '*_active', '*_debates', '*_connections', '*_size'],
    scope,
    reason: 'No document and no format promises an order of metrics, and the lines of each stay together.',
  })),
  {
    system: 'metrics',
    operators: ['zero', 'double', 'half', 'thousandfold', 'thousandth', 'constant', 'noise', 'swap', 'held-back'],
    signals: ['aragora_memory_tier_size'],
    reason: 'No document says what fills a memory tier, and no client can look into one.',
  },
  {
    system: 'metrics',
    operators: ['lost', 'constant', ...RENAMED],
    signals: ['aragora_memory_tier_size tier'],
    reason:
      'No document gives this metric a label, or the names of tiers; a span may touch a tier that is empty, and so has no series.',
  },
  {
    system: 'metrics',
    operators: ['lose-half', 'lose-one-in-ten'],
    signals: ['aragora_memory_tier_size'],
    reason: 'A tier may have a series only while something is in it: no document says which tiers there are.',
  },
  ...['first half', 'tier=*'].map((scope) => ({
    system: 'metrics',
    operators: ['lose-all', 'lose-every-second-scrape', 'hold-back-to-the-end'],
    signals: ['aragora_memory_tier_size'],
    scope,
    reason: 'A tier may have a series only while something is in it, and no document gives them an order.',
  })),
  {
    system: 'metrics',
    operators: ['double', 'half', 'noise', 'held-back'],
    signals: ['aragora_elo_updates_total'],
    reason: 'No document says how many ratings a debate changes, or when; no client is shown them.',
  },
  ...['first half', 'last third'].map((scope) => ({
    system: 'metrics',
    operators: ['zero'],
    signals: ['aragora_elo_updates_total'],
    scope,
    reason: 'Ratings may change together, for many debates at once: no document says when.',
  })),
  ...['all', 'first half'].map((scope) => ({
    system: 'metrics',
    operators: ['lose-all'],
    signals: ['aragora_debate_timeouts_total'],
    scope,
    reason: 'A counter that counts by a label has no series before it counts, and no debate timed out.',
  })),
  {
    system: 'metrics',
    operators: ['lose-one-in-ten'],
    signals: [
      'aragora_agent_latency_seconds_bucket',
      'aragora_debate_duration_seconds_bucket',
      'aragora_debate_duration_seconds counts',
    ],
    scope: 'all',
    reason: 'No document gives the bounds of this histogram, so one that is never there is not missing.',
  },
  {
    system: 'metrics',
    operators: ENCODED,
    signals: ['aragora_agent_calls_total status'],
    reason: 'No document gives the word for a call that succeeded; the only one is `timeout`.',
  },
  {
    system: 'metrics',
    operators: ENCODED,
    signals: ['aragora_agent_calls_total agent'],
    scope: 'all',
    reason: 'No document says that the label has the name under which an agent speaks.',
  },
  {
    system: 'metrics',
    operators: ['noise'],
    signals: ['aragora_debates_active', 'aragora_active_debates'],
    reason: 'Of some running debates a fifth is less than one: it is as if the server counted down a moment late.',
  },
  ...BEFORE_THE_RUN.map(({ operators, signals }) => ({
    system: 'metrics',
    operators,
    signals,
    scope: 'endpoint=/api/debates/{id}',
    reason:
      'It was counted before the first scrape and never again: what a server did before the run, nobody can know.',
  })),
];

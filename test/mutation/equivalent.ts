/**
 * Mutants that nobody could notice, with the reason for each kind: no document promises what they change, or two readings of it are right.
 * Reviewed by hand. A mutant that leaves the tape as it is needs no line here.
 */

export interface Equivalent {
  /** `*` stands for any text; a part that is absent is any. */
  readonly system: string;
  readonly operators: readonly string[];
  readonly signals: readonly string[];
  readonly scope?: string;
  readonly reason: string;
}

const ENCODED = ['made-up', 'upper-case', 'percent-encoded', 'base64', 'shortened'];
/** Other names for the same things. */
const RENAMED = [...ENCODED, 'neighbours-text'];

/** What leaves a histogram in agreement with itself. */
const BEFORE_THE_RUN = [
  {
    operators: ['zero', 'double', 'half', 'thousandfold', 'lose-all'],
    signals: ['aragora_requests_total', 'aragora_request_duration_seconds'],
  },
  {
    operators: ['constant', ...RENAMED],
    signals: ['aragora_requests_total endpoint', 'aragora_request_duration_seconds endpoint'],
  },
  { operators: ['zero', 'double', 'half', 'thousandth', 'noise'], signals: ['aragora_request_duration_seconds_sum'] },
  { operators: ['double', 'half', 'thousandfold'], signals: ['aragora_request_duration_seconds counts'] },
] as const;

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    system: 'metrics',
    operators: ['lag'],
    signals: ['*'],
    reason: 'A cache may keep the exposition for some seconds: no document says how fresh a number has to be.',
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
    reason: 'No document and no format promises an order of metrics.',
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
  ...BEFORE_THE_RUN.map(({ operators, signals }) => ({
    system: 'metrics',
    operators,
    signals,
    scope: 'endpoint=/api/debates/{id}',
    reason:
      'It was counted before the first scrape and never again: what a server did before the run, nobody can know.',
  })),
  {
    system: 'traces',
    operators: ['kind-turned'],
    signals: ['*'],
    reason: 'No document gives the kind of a span.',
  },
  {
    system: 'traces',
    operators: ['status-ok'],
    signals: ['*'],
    reason: 'OpenTelemetry lets a server set OK, or leave the status of what succeeded unset.',
  },
  {
    system: 'traces',
    operators: [...RENAMED, 'neighbours-value', 'constant'],
    signals: ['db.query table', 'agent.call model', 'memory.access operation'],
    reason: 'No document gives the values, no client sees them, and no other signal has them.',
  },
  {
    system: 'traces',
    operators: ENCODED,
    signals: ['db.query operation'],
    reason: 'No document gives the words for what a query does.',
  },
  {
    system: 'traces',
    operators: ['double', 'half', 'thousandfold', 'thousandth', 'noise', 'swap', 'lag', 'constant', 'neighbours-value'],
    signals: ['agent.call tokens'],
    reason: 'No document says how many tokens an answer costs, and no client is shown them.',
  },
  {
    system: 'logs',
    operators: ['fields-sorted'],
    signals: ['*'],
    reason: 'The order of fields in a JSON object has no meaning.',
  },
  {
    system: 'logs',
    operators: ['swap-neighbours'],
    signals: ['lines'],
    reason: 'Lines of several threads may be out of order by some ms.',
  },
  {
    system: 'logs',
    operators: ['whole-seconds'],
    signals: ['lines'],
    reason: 'No document says how precise the time of a line is.',
  },
  {
    system: 'logs',
    operators: RENAMED,
    signals: ['logger', 'module', 'function', 'message'],
    reason: 'No document gives the words, and nobody outside knows the source code.',
  },
  {
    system: 'logs',
    operators: ['double', 'half', 'thousandfold'],
    signals: ['line'],
    reason: 'Nobody outside knows the line numbers of the source code.',
  },
  {
    system: 'logs',
    operators: ['lost', 'null', 'another-type'],
    signals: ['method', 'path', 'status', 'duration_ms', 'debate_id', 'agent_count'],
    reason: 'No document asks for these fields, so they may be missing, or of another type.',
  },
  {
    system: 'logs',
    operators: ['lost'],
    signals: ['request_id'],
    reason: 'The documents add this field only where the server has such an id.',
  },
];

interface Described {
  readonly system: string;
  readonly operator: string;
  readonly signal: string;
  readonly scope: string;
}

/** Why nobody could notice the mutant; null when somebody should. */
export function equivalence(
  { system, operator, signal, scope }: Described,
  equivalents: readonly Equivalent[] = EQUIVALENTS,
): string | null {
  const found = equivalents.find(
    (one) =>
      one.system === system &&
      one.operators.some((pattern) => matches(pattern, operator)) &&
      one.signals.some((pattern) => matches(pattern, signal)) &&
      matches(one.scope ?? '*', scope),
  );
  return found?.reason ?? null;
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

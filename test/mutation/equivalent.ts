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
    operators: ['zero', 'double', 'thousandfold', 'lose-all'],
    signals: ['aragora_requests_total', 'aragora_request_duration_seconds'],
  },
  {
    operators: ['constant', ...RENAMED],
    signals: ['aragora_requests_total endpoint', 'aragora_request_duration_seconds endpoint'],
  },
] as const;

export const EQUIVALENTS: readonly Equivalent[] = [
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
    operators: [...RENAMED, 'neighbours-value', 'constant'],
    signals: ['db.query operation'],
    reason: 'No document gives the words for what a query does, or says which queries a request makes.',
  },
  {
    system: 'traces',
    operators: ['neighbours-attributes', 'constant-attributes'],
    signals: ['db.query', 'memory.access'],
    reason: 'No document says which queries and accesses a request makes, so those of another one are as right.',
  },
  {
    system: 'traces',
    operators: ['neighbours-text', 'constant'],
    signals: ['memory.access tier'],
    reason: 'Another tier of the server: no document says which tier an access goes to.',
  },
  {
    system: 'traces',
    operators: ['double', 'half', 'thousandfold', 'thousandth', 'noise', 'swap', 'lag', 'constant', 'neighbours-value'],
    signals: ['agent.call tokens'],
    reason: 'No document says how many tokens an answer costs, and no client is shown them.',
  },
  {
    system: 'traces',
    operators: ['zero'],
    signals: ['agent.call tokens'],
    reason: 'An answer that no model made costs no token, as with the agents named demo.',
  },
  {
    system: 'traces',
    operators: ['another-type'],
    signals: ['http.request status', '*_count', 'debate.round round*number', 'agent.call tokens'],
    reason: 'The same number as a text: some exporters write all values so, and a reader takes it for what it is.',
  },
  {
    system: 'traces',
    operators: ['upper-case'],
    signals: ['agent.call provider', 'memory.access tier'],
    reason: 'Labels and attributes may be written in another case, and no document gives the names.',
  },
  {
    system: 'traces',
    operators: ['shortened'],
    signals: ['debate.run debate.task'],
    reason: 'OpenTelemetry lets an exporter limit the length of an attribute.',
  },
  {
    system: 'traces',
    operators: ['lost'],
    signals: ['debate.round round.number'],
    reason: 'The two guides name two attributes for the number of a round, and the other one is still there.',
  },
  {
    system: 'traces',
    operators: ['zero'],
    signals: ['debate.round round.number', 'debate.round round_number'],
    scope: 'all',
    reason: 'The debates of the load have one round, and the code in one guide counts rounds from 0.',
  },
  {
    system: 'traces',
    operators: ['neighbours-span-id'],
    signals: ['db.query', 'memory.access', 'agent.call'],
    reason: 'A span without children under another id that no other span has: no document says what an id is made of.',
  },
  {
    system: 'traces',
    operators: ['neighbours-span-id'],
    signals: ['http.request'],
    scope: 'endpoint=GET /api/health',
    reason: 'A span without children under another id that no other span has: no document says what an id is made of.',
  },
  {
    system: 'traces',
    operators: ['lose-one-in-ten'],
    signals: ['memory.access'],
    reason: 'No document says how many accesses a debate makes.',
  },
  ...['endpoint=GET /api/debates', 'endpoint=GET /api/debates/{id}/convergence'].map((scope) => ({
    system: 'traces',
    operators: ['lose-all', 'lose-half', 'lose-one-in-ten', 'name-made-up', 'name-upper-case'],
    signals: ['db.query'],
    scope,
    reason: 'What is read may come from a cache or from memory, without any query.',
  })),
  {
    system: 'traces',
    operators: ['sibling-as-parent'],
    signals: ['db.query', 'memory.access'],
    reason: 'No document says below which span of its request a query or an access stands.',
  },
  {
    system: 'traces',
    operators: ['parents-parent'],
    signals: ['memory.access'],
    reason: 'No document says below which span of its debate an access stands.',
  },
  {
    system: 'traces',
    operators: ['later-400-ms', 'ends-400-ms-later', 'thousand-times-as-long', 'after-its-parent', 'neighbours-times'],
    signals: ['db.query'],
    scope: 'endpoint=POST /api/debates',
    reason: 'What a request writes may be written after its answer.',
  },
  {
    system: 'traces',
    operators: ['thousand-times-as-long', 'after-its-parent'],
    signals: ['memory.access'],
    reason:
      'It stays within its debate, by the ms to which clocks agree, and nobody sees when a debate uses its memory.',
  },
  {
    system: 'traces',
    operators: ['ends-400-ms-later', 'after-its-parent'],
    signals: ['debate.run'],
    reason:
      'A debate may begin after the answer to its request, and its span may cover what the server does after the last event.',
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
    reason:
      'A guide shows a formatter that writes microseconds as an example, and no document asks for that precision: another formatter may write seconds.',
  },
  {
    system: 'logs',
    operators: RENAMED,
    signals: ['logger', 'module', 'function', 'message'],
    reason:
      'No document asks for the words ("debate_started" is in an example of another logger), and nobody outside knows the source code.',
  },
  {
    system: 'logs',
    operators: ['constant', 'neighbours-value'],
    signals: ['logger', 'module', 'function', 'message', 'line'],
    reason: 'A server may log everything at one place of its source, in one message, or at any other place.',
  },
  {
    system: 'logs',
    operators: ['double', 'half', 'thousandfold', 'lag', 'noise', 'swap', 'held-back'],
    signals: ['line'],
    reason: 'Nobody outside knows the line numbers of the source code.',
  },
  {
    system: 'logs',
    operators: ['empty'],
    signals: ['message'],
    reason: 'A line without words may separate others, and the fields of a request show what it is about.',
  },
  {
    system: 'logs',
    operators: ['lost', 'null', 'another-type', 'nan'],
    signals: ['method', 'path', 'status', 'duration_ms', 'debate_id', 'agent_count'],
    reason: 'No document asks for these fields, so they may be missing, or of another type. JSON writes null for NaN.',
  },
  {
    system: 'logs',
    operators: ['half'],
    signals: ['duration_ms'],
    reason: 'No document names the field: an inner layer of a server may take half the time of the outer one.',
  },
  {
    system: 'logs',
    operators: ['upper-case'],
    signals: ['debate_id'],
    scope: 'all',
    reason: 'A database or a library may write ids in upper case.',
  },
  {
    system: 'logs',
    operators: ['upper-case', 'percent-encoded', 'base64', 'shortened', 'neighbours-value'],
    signals: ['request_id'],
    reason: 'No document says what the id is made of: another one that no other request has is as right.',
  },
  ...['all', 'first half', 'last third'].map((scope) => ({
    system: 'logs',
    operators: ['neighbours-text'],
    signals: ['request_id'],
    scope,
    reason: 'No document says what the id is made of: another one that no other request has is as right.',
  })),
  {
    system: 'logs',
    operators: ['neighbours-text'],
    signals: ['timestamp'],
    reason: 'The time of the next line is some ms later, and lines of several threads may be late by some ms.',
  },
  ...['endpoint=POST /api/debates', 'message=debate_started', 'message=debate_ended'].flatMap((scope) => [
    {
      system: 'logs',
      operators: ['lose-all', 'lose-half', 'lose-one-in-ten'],
      signals: ['lines'],
      scope,
      reason: 'Each request keeps a line with its trace id, and no document lists the lines that a debate has.',
    },
    {
      system: 'logs',
      operators: ['lost'],
      signals: ['trace_id'],
      scope,
      reason: 'Each request keeps a line with its trace id, and a line has one only where its record has.',
    },
  ]),
  ...['message=debate_started', 'message=debate_ended'].map((scope) => ({
    system: 'logs',
    operators: ['later-400-ms', 'earlier-400-ms', 'noise-in-time'],
    signals: ['lines'],
    scope,
    reason: 'No document says at which moment of a debate its lines are written.',
  })),
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

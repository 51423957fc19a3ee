/**
 * Answer mutants that nobody could notice who knows the documents and all other answers, with the reason for each kind. Reviewed by hand: where
 * any other answer or event says what the mutant denies, it is not here, and if no check compares the two, it counts as a survivor.
 */
import type { Equivalent } from '../equivalent.ts';
import { ALL } from '../mutant.ts';

interface Row {
  readonly operators: readonly string[];
  readonly signals: readonly string[];
  readonly scope?: string;
}

function because(reason: string, ...rows: readonly Row[]): Equivalent[] {
  return rows.map((row) => ({ system: 'answers', ...row, reason }));
}

/** Not there, or nothing that can be read. */
const GONE = ['lost', 'null', 'another-type'];
const GONE_OR_EMPTY = [...GONE, 'empty'];
/** Another word, which nobody can call wrong. */
const OTHER_WORD = ['made-up', 'placeholder'];
/** Events that only say what a server is doing. */
const ASIDE = ['agent_preview', 'phase_progress', 'replay_start', 'replay_end', 'loop_list'];
const of = (events: readonly string[], field: string) => events.map((event) => `${event} ${field}`);

const OF_FORM = because('A sender may leave the type out (RFC 9110, 8.3), and nothing wrong is said then.', {
  operators: ['content-type-lost'],
  signals: ['*'],
});

const OF_MILLISECONDS = because(
  'No document says how an event writes its time, and a time in milliseconds is the same time.',
  {
    operators: ['thousandfold'],
    signals: of(['debate_start', 'round_start', 'agent_message', 'consensus', 'debate_end', ...ASIDE], 'timestamp'),
  },
);

const OF_ABSENCE = because(
  'No document gives the field, and Aragora 2.11.1 leaves out others of its kind. What is absent, or can not be read, says nothing that is wrong.',
  {
    operators: GONE,
    signals: [
      ...['health timestamp', 'list count', 'list total', 'list has_more', 'list offset', 'list limit'],
      ...['list debates[].task', 'list debates[].agents', 'list debates[].status', 'creation task', 'creation status'],
      ...['convergence convergence_status', 'convergence convergence_similarity', 'convergence rounds_used'],
      ...['pong data.server_ts', 'connection_info data*', 'sync data*', 'sync debate_id', 'sync loop_id'],
      ...[
        'debate_start data*',
        'round_start data*',
        'agent_message round',
        'agent_message data.role',
        'consensus data*',
      ],
      ...['debate_end data*', '* agent_seq', ...of(ASIDE, 'data*')],
    ],
  },
  {
    operators: ['empty'],
    signals: [
      ...[
        'health timestamp',
        'list debates[].task',
        'list debates[].agents',
        'list debates[].status',
        'creation status',
      ],
      ...['convergence convergence_status', 'connection_info data.client_id', 'sync debate_id', 'sync data.debate_id'],
      ...['sync loop_id', 'sync data.id', 'sync data.loop_id', 'sync data.agents', 'sync data.messages*'],
      ...['sync data.consensus_answer', 'debate_start data.agents', 'consensus data.answer', 'agent_message data.role'],
      ...of(ASIDE, 'data.*'),
    ],
  },
);

const OF_WORDS = because(
  'No document gives the words for it, or the form of the time, and no other answer says the same of it.',
  {
    operators: OTHER_WORD,
    signals: ['health timestamp', 'creation status', 'convergence convergence_status'],
  },
  {
    operators: ['made-up'],
    signals: [
      ...[
        'sync data.messages[].agent',
        'sync data.messages[].role',
        'sync data.id',
        'sync data.loop_id',
        'sync loop_id',
      ],
      ...['connection_info data.client_id', 'agent_message data.role'],
    ],
  },
);

const OF_TEXTS = because(
  'No document says what an agent answers: one word may be its answer, and a state may shorten texts or leave some out.',
  {
    operators: ['made-up'],
    signals: ['agent_message data.content', 'sync data.messages[].content', 'sync data.consensus_answer'],
  },
  { operators: ['first-lost', 'first-repeated'], signals: ['sync data.messages'] },
);

const OF_OTHERS = because(
  "Entries are other users' debates too: their tasks, agents and states may be any, also one that failed.",
  {
    operators: [...OTHER_WORD, 'error-text', 'neighbours-value', 'first-lost', 'first-repeated'],
    signals: ['list debates[].task', 'list debates[].agents', 'list debates[].status'],
  },
);

const OF_LISTS = [
  ...because('No document gives an order of the list.', { operators: ['reversed'], signals: ['list debates'] }),
  ...because(
    'A debate may begin or go between two looks of a server at its store, and be on the page or not, or counted or not.',
    { operators: ['first-lost'], signals: ['list debates'] },
    { operators: ['one-more'], signals: ['list total', 'list offset'] },
    { operators: ['thousandfold'], signals: ['list total'], scope: 'last third' },
  ),
  ...because('`count` may be of the page, or of all that this user may see.', {
    operators: ['one-more'],
    signals: ['list count'],
    scope: 'last third',
  }),
  ...because('How large a page may be is the choice of a server, and 0 may say that there is no limit.', {
    operators: ['zero', 'thousandfold', 'one-more'],
    signals: ['list limit'],
  }),
];

const OF_SCALES = because(
  'No document says how it is counted, in which unit or from where. No other answer has it, or Aragora 2.11.1 itself gives 0 here and not there.',
  // One that changes contradicts earlier answers.
  { operators: ['zero', 'sign'], signals: ['convergence convergence_similarity'], scope: ALL },
  { operators: ['zero', 'one-more'], signals: ['convergence rounds_used'], scope: ALL },
  { operators: ['zero', 'one-more'], signals: ['sync data.rounds', 'sync data.messages[].round'] },
  { operators: ['zero', 'thousandfold', 'one-more'], signals: ['sync data.started_at', 'sync data.duration'] },
  { operators: ['zero', 'sign'], signals: ['pong data.server_ts'], scope: ALL },
  { operators: ['thousandfold'], signals: ['pong data.server_ts'], scope: ALL },
  { operators: ['thousandfold'], signals: ['pong data.server_ts'], scope: 'last third' },
  { operators: ['one-more'], signals: ['pong data.server_ts'] },
  { operators: ['zero', 'thousandfold', 'one-more', 'neighbours-value'], signals: ['* agent_seq'] },
);

const OF_NO_NUMBER = because('It becomes −1, which many programs write where there is no number.', {
  operators: ['sign'],
  signals: [
    'agent_message round',
    'round_start round',
    'phase_progress round',
    'sync data.rounds',
    'sync data.messages[].round',
  ],
});

const OF_FLAGS = because('No document gives the field, and what it allows, no client of the load tries.', {
  operators: ['turned'],
  signals: ['connection_info data.*'],
});

const OF_NAMESAKES = because('The agents of the load have one name, and a state may name each name once.', {
  operators: ['first-lost', 'first-repeated'],
  signals: ['sync data.agents'],
});

const OF_ROUNDS = because(
  'Aragora 2.11.1 gives 0 for what comes before the first round, one more than the last for what a judge says, and 0 for events about no round.',
  { operators: ['zero', 'one-more'], signals: ['agent_message round', 'round_start round', 'phase_progress round'] },
  { operators: GONE, signals: ['* round'] },
  {
    operators: ['one-more'],
    signals: ['agent_preview round', 'debate_start round', 'consensus round', 'debate_end round'],
  },
  { operators: ['thousandfold'], signals: ['round_start round', 'phase_progress round'] },
);

const OF_NO_AGENT = because(
  'The event is about no agent: Aragora 2.11.1 writes an empty name, "system", or the name of a judge.',
  {
    operators: [...GONE, 'made-up'],
    signals: of(['agent_preview', 'phase_progress', 'debate_start', 'round_start', 'consensus', 'debate_end'], 'agent'),
  },
);

const OF_REPEATS = because(
  'It says the same true thing again. Aragora 2.11.1 announces the start, the consensus and the end of a debate several times.',
  { operators: ['repeat'], signals: ['sync', 'connection_info', 'loop_list'] },
  { operators: ['frame-repeat'], signals: ['replay_start', 'replay_end'] },
  {
    operators: ['event-twice-with-new-number'],
    signals: ['agent_preview', 'phase_progress', 'debate_start', 'consensus', 'debate_end'],
  },
);

const OF_ORDER = because(
  'The numbers of events may skip, and their order stays what it was.',
  { operators: ['zero'], signals: ['agent_preview seq'] },
  { operators: ['thousandfold', 'one-more', 'neighbours-value'], signals: ['debate_end seq'] },
);

const OF_TOLERANCE = [
  ...because('The debates take 0.09 s each: a server may give whole seconds, and the neighbour took as long.', {
    operators: ['zero', 'neighbours-value'],
    signals: ['debate_end data', 'debate_end data.duration'],
  }),
  ...because('The same number as a text: a client that reads it as a number has what it sent.', {
    operators: ['another-type'],
    signals: ['pong data.client_ts'],
  }),
];

const OF_ASIDES = because(
  'No document names the event, a client can do without it, and no other event or answer says the same.',
  {
    operators: ['lost', 'error-event', 'later-20-s', 'event-lost', 'first-lost', 'first-of-all'],
    signals: ASIDE,
  },
  {
    operators: ['frame-lost', 'frame-error-event', 'frame-later-20-s', 'neighbours-event', 'held-to-the-end'],
    signals: ['replay_start', 'replay_end'],
  },
  { operators: ['made-up'], signals: [...of(ASIDE, 'type'), ...of(ASIDE, 'loop_id')] },
  { operators: GONE_OR_EMPTY, signals: of(ASIDE, 'loop_id') },
  { operators: GONE_OR_EMPTY, signals: of(ASIDE, 'data.*') },
  // A client knows what it asked to be replayed, so a wrong id there is noticeable.
  { operators: ['made-up'], signals: of(['agent_preview', 'phase_progress', 'loop_list'], 'data.*') },
  {
    operators: ['placeholder', 'error-text'],
    signals: [
      'agent_preview data.agents[].stance',
      'agent_preview data.agents[].description',
      'agent_preview data.topology',
    ],
  },
  {
    operators: ['zero', 'sign', 'thousandfold', 'one-more', 'first-lost', 'first-repeated'],
    signals: [...of(['agent_preview', 'phase_progress', 'loop_list'], 'data.*')],
  },
  { operators: ['one-more'], signals: ['replay_start data.buffer_*', 'replay_end data.latest_seq'] },
);

/** Of all debates alike: one alone would be noticed. */
const OF_ROUND_EVENTS = because(
  'No document names the event, so a server may never send it, or give it another name.',
  {
    operators: ['frame-lost', 'frame-error-event', 'frame-later-20-s', 'event-lost', 'first-lost'],
    signals: ['round_start'],
    scope: ALL,
  },
  {
    operators: ['made-up'],
    signals: ['round_start type', 'round_start loop_id'],
    scope: ALL,
  },
);

export const ANSWER_EQUIVALENTS: readonly Equivalent[] = [
  ...OF_FORM,
  ...OF_MILLISECONDS,
  ...OF_ABSENCE,
  ...OF_WORDS,
  ...OF_TEXTS,
  ...OF_OTHERS,
  ...OF_LISTS,
  ...OF_SCALES,
  ...OF_NO_NUMBER,
  ...OF_FLAGS,
  ...OF_NAMESAKES,
  ...OF_ROUNDS,
  ...OF_NO_AGENT,
  ...OF_REPEATS,
  ...OF_ORDER,
  ...OF_TOLERANCE,
  ...OF_ASIDES,
  ...OF_ROUND_EVENTS,
];

/** Changes of traces that nobody could notice: see ../equivalent.ts. */
import type { Equivalent } from '../equivalent.ts';
import { RENAMED } from './names.ts';

export const TRACES: readonly Equivalent[] = [
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
];

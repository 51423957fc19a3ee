/** Changes of logs that nobody could notice: see ../equivalent.ts. */
import type { Equivalent } from '../equivalent.ts';
import { RENAMED } from './names.ts';

export const LOGS: readonly Equivalent[] = [
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

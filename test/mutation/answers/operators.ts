/** Operators on whole answers, on frames, and on the events of a debate. */
import type { Aspect } from '../mutant.ts';
import type { FrameChange, HttpChange, Json, SentFrame } from './mutant.ts';

export interface Operator<Change> {
  readonly aspect: Aspect;
  readonly change: Change;
}

const body = (text: (before: string) => string): Operator<HttpChange> => ({
  aspect: 'content',
  change: (answer) => ({ ...answer, body: text(answer.body) }),
});
const status = (code: number): Operator<HttpChange> => ({
  aspect: 'exists',
  change: (answer) => ({ ...answer, status: code, body: '{"error":"failed"}' }),
});
const type = (contentType: string): Operator<HttpChange> => ({
  aspect: 'content',
  change: (answer) => ({ ...answer, contentType }),
});

export const HTTP_OPERATORS: Readonly<Record<string, Operator<HttpChange>>> = {
  lost: { aspect: 'exists', change: () => 'reset' },
  'status-404': status(404),
  'status-500': status(500),
  'status-302': status(302),
  'empty-body': body(() => ''),
  'error-for-answer': body(() => '{"error":"internal error"}'),
  'error-beside': body((text) => text.replace('{', '{"error":"internal error",')),
  'html-for-json': body(() => '<html><body>ok</body></html>'),
  truncated: body((text) => text.slice(0, text.length / 2)),
  null: body(() => 'null'),
  'list-for-object': body(() => '[]'),
  'empty-object': body(() => '{}'),
  'text-of-json': body((text) => JSON.stringify(text)),
  'in-a-list': body((text) => `[${text}]`),
  'twice-in-a-body': body((text) => text + text),
  'content-type-html': type('text/html'),
  'content-type-lost': type(''),
  'charset-latin1': type('application/json; charset=iso-8859-1'),
  constant: { aspect: 'relation', change: (_, { first }) => first },
  'neighbours-answer': { aspect: 'relation', change: (_, { other }) => other },
};

/** Of single frames, or of the frames with an event of a debate. */
export const FRAME_OPERATORS: Readonly<Record<string, Operator<(frame: SentFrame) => readonly SentFrame[]>>> = {
  lost: { aspect: 'exists', change: () => [] },
  repeat: { aspect: 'count', change: (frame) => [frame, frame] },
  'not-json': { aspect: 'content', change: (frame) => [{ ...frame, instead: 'Internal Server Error' }] },
  truncated: {
    aspect: 'content',
    change: (frame) => [{ ...frame, instead: JSON.stringify(frame.events).slice(0, 40) }],
  },
  binary: { aspect: 'content', change: (frame) => [{ ...frame, instead: null }] },
  'null-frame': { aspect: 'content', change: (frame) => [{ ...frame, instead: 'null' }] },
  'without-type': { aspect: 'content', change: (frame) => [{ ...frame, instead: '{"data":{}}' }] },
  'error-event': {
    aspect: 'content',
    change: (frame) => [{ ...frame, events: [{ type: 'failure', data: { message: 'internal error' } }] }],
  },
  'later-20-s': { aspect: 'time', change: (frame) => [{ ...frame, afterMs: frame.afterMs + 20_000 }] },
};

/** Of the events of a type among all events of a debate. */
export const EVENT_OPERATORS: Readonly<Record<string, (type: string) => Operator<FrameChange>>> = {
  'event-lost': (type) => eventsOf('exists', type, () => []),
  'event-twice': (type) => eventsOf('count', type, (event) => [event, event]),
  'event-twice-with-new-number': (type) =>
    eventsOf('count', type, (event) => [event, { ...event, seq: Number(event['seq']) + 0.5 }]),
  'first-lost': (type) => eventsOf('count', type, (event, at) => (at === 0 ? [] : [event])),
  'held-to-the-end': (type) => moved(type, (frames, others) => [...others, ...frames]),
  'first-of-all': (type) => moved(type, (frames, others) => [...frames, ...others]),
  'nothing-after': (type) => ({
    aspect: 'relation',
    change: (frames) =>
      frames.slice(0, 1 + frames.findIndex((frame) => frame.events.some((event) => event['type'] === type))),
  }),
  'neighbours-event': (type) => ({
    aspect: 'relation',
    change: (frames, other) => {
      const theirs = other.flatMap(({ events }) => events).filter((event) => event['type'] === type);
      return eventsOf('relation', type, (event, at) => [theirs[at] ?? event]).change(frames, other);
    },
  }),
};

type EventChange = (event: Json, at: number) => readonly Json[];

export function eventsOf(aspect: Aspect, type: string, change: EventChange): Operator<FrameChange> {
  return {
    aspect,
    change: (frames) => {
      let at = -1;
      const said = frames.map((frame) => ({
        ...frame,
        events: frame.events.flatMap((event) => {
          if (event['type'] !== type) return [event];
          at += 1;
          return change(event, at);
        }),
      }));
      return said.filter(({ events }) => events.length > 0);
    },
  };
}

type Order = (frames: readonly SentFrame[], others: readonly SentFrame[]) => readonly SentFrame[];

/** The frames in another order, at the times at which frames came. */
function moved(type: string, order: Order): Operator<FrameChange> {
  const isOf = ({ events }: SentFrame) => events.some((event) => event['type'] === type);
  return {
    aspect: 'relation',
    change: (frames) => {
      const ordered = order(
        frames.filter(isOf),
        frames.filter((frame) => !isOf(frame)),
      );
      return ordered.map((frame, at) => ({ ...frame, afterMs: frames[at]?.afterMs ?? frame.afterMs }));
    },
  };
}

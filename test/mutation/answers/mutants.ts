/** All mutants of what clients get: each operator on each answer, each event and each of their fields. Made, not listed. */
import { type Aspect, idOf } from '../mutant.ts';
import { changedAt, FIELD_OPERATORS, LOST, type Path, pathsOf, textOf, valueAt } from './fields.ts';
import {
  type AnswerMutant,
  type FrameChange,
  type HttpChange,
  type Json,
  ROUTES,
  SCOPES,
  type ToldFrame,
} from './mutant.ts';
import type { AnswerTape } from './tape.ts';

interface Operator<Change> {
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

const HTTP_OPERATORS: Readonly<Record<string, Operator<HttpChange>>> = {
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
const FRAME_OPERATORS: Readonly<Record<string, Operator<(frame: ToldFrame) => readonly ToldFrame[]>>> = {
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
const EVENT_OPERATORS: Readonly<Record<string, (type: string) => Operator<FrameChange>>> = {
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

function eventsOf(aspect: Aspect, type: string, change: EventChange): Operator<FrameChange> {
  return {
    aspect,
    change: (frames) => {
      let at = -1;
      const told = frames.map((frame) => ({
        ...frame,
        events: frame.events.flatMap((event) => {
          if (event['type'] !== type) return [event];
          at += 1;
          return change(event, at);
        }),
      }));
      return told.filter(({ events }) => events.length > 0);
    },
  };
}

type Order = (frames: readonly ToldFrame[], others: readonly ToldFrame[]) => readonly ToldFrame[];

/** The frames in another order, at the times at which frames came. */
function moved(type: string, order: Order): Operator<FrameChange> {
  const isOf = ({ events }: ToldFrame) => events.some((event) => event['type'] === type);
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

export function answerMutants(tape: AnswerTape): AnswerMutant[] {
  const debates = tape.debates[0].frames.flatMap(({ events }) => events);
  const types = [...new Set(debates.map((event) => String(event['type'])))];
  return [
    ...ROUTES.flatMap((route) => httpMutants(route, tape[route])),
    ...[tape.sync, tape.pong, ...tape.greeting].flatMap((event) => frameMutants(event)),
    ...types.flatMap((type) =>
      debateMutants(
        type,
        debates.filter((event) => event['type'] === type),
      ),
    ),
  ];
}

type Told = Pick<AnswerMutant, 'http' | 'debates' | 'frames'>;

function scoped(signal: string, operator: string, aspect: Aspect, told: Told): AnswerMutant[] {
  const [family = ''] = signal.split(' ');
  return Object.entries(SCOPES).map(([scope, hits]) => {
    const named = { system: 'answers', signal, family, operator, aspect, scope } as const;
    return { ...named, id: idOf(named), hits, ...told };
  });
}

function httpMutants(route: (typeof ROUTES)[number], text: string): AnswerMutant[] {
  const whole = Object.entries(HTTP_OPERATORS).flatMap(([operator, { aspect, change }]) =>
    scoped(route, operator, aspect, { http: { route, change } }),
  );
  const fields = fieldMutants(JSON.parse(text), (path, operator) => {
    const { aspect, change } = operator;
    const http: HttpChange = (answer, { other }) => {
      const theirs = valueAt(parsed(other.body), path);
      const right = parsed(answer.body);
      return {
        ...answer,
        body: JSON.stringify(changedAt(right, path, (field) => orSame(change(field, theirs), field))),
      };
    };
    return { aspect, told: { http: { route, change: http } } };
  });
  return [
    ...whole,
    ...fields.flatMap(({ path, operator, aspect, told }) => scoped(`${route} ${path}`, operator, aspect, told)),
  ];
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

const orSame = (changed: unknown, field: unknown): unknown => (changed === undefined ? field : changed);

function frameMutants(event: Json): AnswerMutant[] {
  const type = String(event['type']);
  const ofType =
    (change: (frame: ToldFrame) => readonly ToldFrame[]): FrameChange =>
    (frames) =>
      frames.flatMap((frame) => (frame.events.some((one) => one['type'] === type) ? change(frame) : [frame]));
  const whole = Object.entries(FRAME_OPERATORS).flatMap(([operator, { aspect, change }]) =>
    scoped(type, operator, aspect, { frames: ofType(change) }),
  );
  const fields = fieldMutants(event, (path, { aspect, change }) => ({
    aspect,
    told: {
      frames: ofType((frame) => [
        { ...frame, events: frame.events.map((one) => fieldOf(one, path, change, undefined)) },
      ]),
    },
  }));
  return [
    ...whole,
    ...fields.flatMap(({ path, operator, aspect, told }) => scoped(`${type} ${path}`, operator, aspect, told)),
  ];
}

function debateMutants(type: string, events: readonly Json[]): AnswerMutant[] {
  const isOf = ({ events }: ToldFrame) => events.some((event) => event['type'] === type);
  const frames = Object.entries(FRAME_OPERATORS).flatMap(([operator, { aspect, change }]) =>
    scoped(type, `frame-${operator}`, aspect, {
      debates: (told) => told.flatMap((frame) => (isOf(frame) ? change(frame) : [frame])),
    }),
  );
  const whole = Object.entries(EVENT_OPERATORS).flatMap(([operator, of]) => {
    const { aspect, change } = of(type);
    return scoped(type, operator, aspect, { debates: change });
  });
  const fields = fieldMutants(events[0] ?? {}, (path, { aspect, change }) => ({
    aspect,
    told: {
      debates: (told, other) => {
        const theirs = other.flatMap((frame) => frame.events).filter((event) => event['type'] === type);
        return eventsOf(aspect, type, (event, at) => [fieldOf(event, path, change, valueAt(theirs[at], path))]).change(
          told,
          other,
        );
      },
    },
  }));
  return [
    ...frames,
    ...whole,
    ...fields.flatMap(({ path, operator, aspect, told }) => scoped(`${type} ${path}`, operator, aspect, told)),
  ];
}

type FieldChange = (typeof FIELD_OPERATORS)[string]['change'];

function fieldOf(event: Json, path: Path, change: FieldChange, theirs: unknown): Json {
  return changedAt(event, path, (field) => orSame(change(field, theirs), field)) as Json;
}

interface FieldMutant {
  readonly path: string;
  readonly operator: string;
  readonly aspect: Aspect;
  readonly told: Told;
}

type Making = (path: Path, operator: (typeof FIELD_OPERATORS)[string]) => Pick<FieldMutant, 'aspect' | 'told'>;

/** Operators that change nothing at a field make no mutant of it. */
function fieldMutants(value: unknown, make: Making): FieldMutant[] {
  return pathsOf(value).flatMap((path) => {
    const field = valueAt(value, path);
    return Object.entries(FIELD_OPERATORS).flatMap(([operator, facts]) => {
      const changed = facts.change(field, `${operator} of ${textOf(path)}`);
      const isSame = changed === undefined || JSON.stringify(changed) === JSON.stringify(field);
      return isSame && changed !== LOST ? [] : [{ path: textOf(path), operator, ...make(path, facts) }];
    });
  });
}

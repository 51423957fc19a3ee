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
  type SentFrame,
} from './mutant.ts';
import { EVENT_OPERATORS, eventsOf, FRAME_OPERATORS, HTTP_OPERATORS } from './operators.ts';
import type { AnswerTape } from './tape.ts';

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

type Said = Pick<AnswerMutant, 'http' | 'debates' | 'frames'>;

function scoped(signal: string, operator: string, aspect: Aspect, said: Said): AnswerMutant[] {
  const [family = ''] = signal.split(' ');
  return Object.entries(SCOPES).map(([scope, hits]) => {
    const named = { system: 'answers', signal, family, operator, aspect, scope } as const;
    return { ...named, id: idOf(named), hits, ...said };
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
    return { aspect, said: { http: { route, change: http } } };
  });
  return [
    ...whole,
    ...fields.flatMap(({ path, operator, aspect, said }) => scoped(`${route} ${path}`, operator, aspect, said)),
  ];
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

const orSame = (changed: unknown, field: unknown): unknown => (changed === undefined ? field : changed);

function frameMutants(event: Json): AnswerMutant[] {
  const type = String(event['type']);
  const ofType =
    (change: (frame: SentFrame) => readonly SentFrame[]): FrameChange =>
    (frames) =>
      frames.flatMap((frame) => (frame.events.some((one) => one['type'] === type) ? change(frame) : [frame]));
  const whole = Object.entries(FRAME_OPERATORS).flatMap(([operator, { aspect, change }]) =>
    scoped(type, operator, aspect, { frames: ofType(change) }),
  );
  const fields = fieldMutants(event, (path, { aspect, change }) => ({
    aspect,
    said: {
      frames: ofType((frame) => [
        { ...frame, events: frame.events.map((one) => fieldOf(one, path, change, undefined)) },
      ]),
    },
  }));
  return [
    ...whole,
    ...fields.flatMap(({ path, operator, aspect, said }) => scoped(`${type} ${path}`, operator, aspect, said)),
  ];
}

function debateMutants(type: string, events: readonly Json[]): AnswerMutant[] {
  const isOf = ({ events }: SentFrame) => events.some((event) => event['type'] === type);
  const frames = Object.entries(FRAME_OPERATORS).flatMap(([operator, { aspect, change }]) =>
    scoped(type, `frame-${operator}`, aspect, {
      debates: (said) => said.flatMap((frame) => (isOf(frame) ? change(frame) : [frame])),
    }),
  );
  const whole = Object.entries(EVENT_OPERATORS).flatMap(([operator, of]) => {
    const { aspect, change } = of(type);
    return scoped(type, operator, aspect, { debates: change });
  });
  const fields = fieldMutants(events[0] ?? {}, (path, { aspect, change }) => ({
    aspect,
    said: {
      debates: (said, other) => {
        const theirs = other.flatMap((frame) => frame.events).filter((event) => event['type'] === type);
        return eventsOf(aspect, type, (event, at) => [fieldOf(event, path, change, valueAt(theirs[at], path))]).change(
          said,
          other,
        );
      },
    },
  }));
  return [
    ...frames,
    ...whole,
    ...fields.flatMap(({ path, operator, aspect, said }) => scoped(`${type} ${path}`, operator, aspect, said)),
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
  readonly said: Said;
}

type Making = (path: Path, operator: (typeof FIELD_OPERATORS)[string]) => Pick<FieldMutant, 'aspect' | 'said'>;

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

/** The mutants of traces: every operator on every documented span, its attributes, its times, its place in the tree. */
import { documentedSpans } from '../../lib/systems/traces/promises.ts';
import { uniform } from '../../lib/target/random.ts';
import type { ReadableSpan } from '../../lib/target/tracing.ts';
import { isLast } from '../proofs/replay.ts';
import type { Tape } from '../proofs/tape.ts';
import { nanosOf, readableSpan, type TapedSpan, tapedSpan } from '../proofs/taped-span.ts';
import { ALL, type Aspect, frequent, isIn, type Mutant, mutantOf, WINDOWS } from './mutant.ts';
import { NUMBER_OPERATORS } from './numbers.ts';
import { SPAN_OPERATORS, type SpanChange } from './span-operators.ts';
import { TEXT_OPERATORS } from './texts.ts';

export interface SpanScope {
  readonly name: string;
  readonly picks: (span: TapedSpan, tape: Tape) => boolean;
}

export function spanMutants(tape: Tape): Mutant[] {
  const ids = documentedSpans().signals.map(({ id }) => id);
  return ids.flatMap((id) =>
    scopesOf(tape, id).flatMap((scope) => [
      ...Object.entries(SPAN_OPERATORS).map(([operator, { aspect, change }]) =>
        spanMutant({ id, signal: id, operator, aspect, scope, change }),
      ),
      ...attributeMutants(tape, id, scope),
    ]),
  );
}

/** The spans of the load. That of the request after it, by which the end is known, stays as it is. */
function spansOf(tape: Tape): readonly TapedSpan[] {
  return tape.exports.flat().flatMap((span) => (isLast(span) ? [] : plain(span)));
}

const known = new WeakMap<ReadableSpan, TapedSpan>();

/** Always the same for the same. */
function plain(span: ReadableSpan): TapedSpan {
  const taped = known.get(span) ?? tapedSpan(span);
  known.set(span, taped);
  return taped;
}

function startMs(span: TapedSpan): number {
  return Number(nanosOf(span.startTime) / 1_000_000n);
}

function scopesOf(tape: Tape, id: string): SpanScope[] {
  const endpoints = endpointsOf(tape);
  const own = spansOf(tape).filter(({ name }) => name === id);
  const used = frequent(own.flatMap(({ traceId }) => endpoints.get(traceId) ?? []));
  return [
    { name: ALL, picks: () => true },
    ...WINDOWS.map((window) => ({
      name: window.name,
      picks: (span: TapedSpan, { measured }: Tape) => isIn(window, startMs(span), measured.load),
    })),
    { name: 'one trace in ten', picks: ({ traceId }) => uniform(1, traceId)() < 0.1 },
    ...(used.length < 2 ? [] : used).map((endpoint) => ({
      name: `endpoint=${endpoint}`,
      picks: ({ traceId }: TapedSpan) => endpoints.get(traceId) === endpoint,
    })),
  ];
}

/** The method and path of each trace's request; an id in a path is any id. */
function endpointsOf(tape: Tape): Map<string, string> {
  const requests = spansOf(tape).filter(({ name }) => name === 'http.request');
  return new Map(
    requests.map(({ traceId, attributes: { method, path } }) => [
      traceId,
      `${String(method)} ${String(path).replace(/\/debates\/[^/]+/, '/debates/{id}')}`,
    ]),
  );
}

interface SpanLie {
  readonly id: string;
  readonly signal: string;
  readonly operator: string;
  readonly aspect: Aspect;
  readonly scope: SpanScope;
  readonly change: SpanChange;
}

function spanMutant({ id, signal, operator, aspect, scope, change }: SpanLie): Mutant {
  const apply = (tape: Tape): Tape => {
    const all = spansOf(tape);
    const picked = all.filter((span) => span.name === id && scope.picks(span, tape));
    const random = uniform(1, `${signal} ${operator} ${scope.name}`);
    const changed = new Map(picked.map((span, index) => [span, change(span, { all, picked, index, random })]));
    const exports = tape.exports.map((spans) =>
      spans.flatMap((span) => changed.get(plain(span))?.map(readableSpan) ?? [span]),
    );
    return { ...tape, exports };
  };
  return mutantOf({ system: 'traces', operator, signal, family: id, aspect, scope: scope.name, apply });
}

function attributeMutants(tape: Tape, id: string, scope: SpanScope): Mutant[] {
  const own = spansOf(tape).filter(({ name }) => name === id);
  const names = [...new Set(own.flatMap(({ attributes }) => Object.keys(attributes)))];
  return names.flatMap((name) => {
    const values = own.flatMap(({ attributes }) => attributes[name] ?? []);
    const lie = (operator: string, change: SpanChange) =>
      spanMutant({
        id,
        signal: `${id} ${name}`,
        operator,
        aspect: operator === 'lost' ? 'exists' : 'content',
        scope,
        change,
      });
    const isNumeric = values.every((value) => typeof value === 'number');
    return [
      ...(isNumeric ? numbersOf(name, lie) : textsOf(name, [...new Set(values.map(String))], lie)),
      lie('another-type', (span) => [withValue(span, name, retyped(span.attributes[name]))]),
      lie('neighbours-value', (span, { picked, index }) => [
        withValue(span, name, neighbour(picked, index).attributes[name]),
      ]),
    ];
  });
}

type Lie = (operator: string, change: SpanChange) => Mutant;

function numbersOf(name: string, lie: Lie): Mutant[] {
  return [
    lie('lost', (span) => [withValue(span, name, undefined)]),
    ...Object.entries(NUMBER_OPERATORS).map(([operator, change]) =>
      lie(operator, (span, { picked, index, random }) => {
        const values = picked.map(({ attributes }) => Number(attributes[name]));
        // Each has its own noise.
        const swapped = values.map((value, at) => values[at % 2 === 0 ? at + 1 : at - 1] ?? value);
        return [withValue(span, name, change({ values, neighbour: swapped, random })[index])];
      }),
    ),
  ];
}

function textsOf(name: string, values: readonly string[], lie: Lie): Mutant[] {
  return Object.entries(TEXT_OPERATORS).map(([operator, change]) =>
    lie(operator, (span) => [withValue(span, name, change(String(span.attributes[name]), values))]),
  );
}

function neighbour(picked: readonly TapedSpan[], index: number): TapedSpan {
  const next = picked[(index + 1) % picked.length];
  if (next === undefined) throw new Error('no span was picked');
  return next;
}

function retyped(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : 1;
}

function withValue(span: TapedSpan, name: string, value: unknown): TapedSpan {
  const { [name]: before, ...others } = span.attributes;
  if (value === undefined) return { ...span, attributes: others };
  // In its place: another order of the same would be another tape.
  return before === undefined ? span : { ...span, attributes: { ...span.attributes, [name]: value } };
}

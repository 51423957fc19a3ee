/** The mutants of logs: every operator on lines, and on every field that the target's lines have. */
import { uniform } from '../../lib/target/random.ts';
import type { Tape } from '../proofs/tape.ts';
import { LINE_OPERATORS, type LinesChange, type LogLine } from './line-operators.ts';
import { ALL, type Aspect, frequent, isIn, type Mutant, mutantOf, WINDOWS } from './mutant.ts';
import { NUMBER_OPERATORS } from './numbers.ts';
import { TEXT_OPERATORS } from './texts.ts';

interface LineScope {
  readonly name: string;
  readonly picks: (line: LogLine, index: number, tape: Tape) => boolean;
}

/** In ids of findings, what is about lines as such has no name of its own. */
const LINES = 'lines';

export function logMutants(tape: Tape): Mutant[] {
  const scopes = scopesOf(tape);
  const fields = [...new Set(linesOf(tape).flatMap(({ fields }) => Object.keys(fields)))];
  return scopes.flatMap((scope) => [
    ...Object.entries(LINE_OPERATORS).map(([operator, { aspect, change }]) =>
      lineMutant({ family: LINES, signal: LINES, operator, aspect, scope, change }),
    ),
    ...fields.flatMap((field) => fieldMutants(tape, field, scope)),
  ]);
}

const known = new WeakMap<readonly string[], readonly LogLine[]>();

function linesOf({ lines }: Tape): readonly LogLine[] {
  const read = known.get(lines) ?? lines.map((text) => ({ text, fields: JSON.parse(text) as LogLine['fields'] }));
  known.set(lines, read);
  return read;
}

function scopesOf(tape: Tape): LineScope[] {
  const endpoints = frequent(linesOf(tape).map(endpointOf));
  return [
    { name: ALL, picks: () => true },
    ...WINDOWS.map((window) => ({
      name: window.name,
      picks: ({ fields }: LogLine, _: number, { measured }: Tape) =>
        isIn(window, Date.parse(String(fields['timestamp'])), measured.load),
    })),
    { name: 'one line in ten', picks: (_, index) => index % 10 === 3 },
    ...endpoints.map((endpoint) => ({
      name: endpoint,
      picks: (line: LogLine) => endpointOf(line) === endpoint,
    })),
  ];
}

/** Its request's endpoint, or its message if it is of none. */
function endpointOf({ fields: { method, path, message } }: LogLine): string {
  if (path === undefined) return `message=${String(message)}`;
  return `endpoint=${String(method)} ${String(path).replace(/\/debates\/[^/]+/, '/debates/{id}')}`;
}

interface LineLie {
  readonly family: string;
  readonly signal: string;
  readonly operator: string;
  readonly aspect: Aspect;
  readonly scope: LineScope;
  readonly change: LinesChange;
}

function lineMutant({ family, signal, operator, aspect, scope, change }: LineLie): Mutant {
  const apply = (tape: Tape): Tape => {
    const all = linesOf(tape);
    const isPicked = all.map((line, index) => scope.picks(line, index, tape));
    const picked = all.filter((_, index) => isPicked[index]);
    const changed = change(picked, uniform(1, `${signal} ${operator} ${scope.name}`));
    let at = 0;
    const lines = all.flatMap(({ text }, index) => (isPicked[index] ? (changed[at++] ?? []) : [text]));
    return { ...tape, lines };
  };
  return mutantOf({ system: 'logs', operator, signal, family, aspect, scope: scope.name, apply });
}

function fieldMutants(tape: Tape, field: string, scope: LineScope): Mutant[] {
  const values = linesOf(tape).flatMap(({ fields }) => fields[field] ?? []);
  const lie = (operator: string, change: LinesChange) =>
    lineMutant({
      family: field,
      signal: field,
      operator,
      aspect: operator === 'lost' ? 'exists' : 'content',
      scope,
      change,
    });
  const isNumeric = values.every((value) => typeof value === 'number');
  const texts = [...new Set(values.map(String))];
  const onEach =
    (change: (value: unknown, index: number, lines: readonly LogLine[]) => unknown): LinesChange =>
    (lines) =>
      lines.map((line, index) => [
        field in line.fields ? withField(line, field, change(line.fields[field], index, lines)) : line.text,
      ]);
  return [
    ...(isNumeric
      ? Object.entries(NUMBER_OPERATORS).map(([operator, change]) =>
          lie(operator, (lines, random) => {
            const row = lines.flatMap(({ fields }) => (field in fields ? [Number(fields[field])] : []));
            const neighbour = row.map((value, at) => row[at % 2 === 0 ? at + 1 : at - 1] ?? value);
            const changed = [...change({ values: row, neighbour, random })];
            return onEach(() => changed.shift())(lines, random);
          }),
        )
      : Object.entries(TEXT_OPERATORS).map(([operator, change]) =>
          lie(
            operator,
            onEach((value) => change(String(value), texts)),
          ),
        )),
    ...(isNumeric
      ? [
          lie(
            'lost',
            onEach(() => undefined),
          ),
        ]
      : []),
    lie(
      'another-type',
      onEach((value) => (typeof value === 'number' ? String(value) : 1)),
    ),
    lie(
      'null',
      onEach(() => null),
    ),
    lie(
      'neighbours-value',
      onEach((value, index, lines) => lines[(index + 1) % lines.length]?.fields[field] ?? value),
    ),
    lie('twice-in-a-line', (lines) =>
      lines.map(({ text, fields }) => [
        field in fields ? text.replace(/\}$/, `,${JSON.stringify(field)}:"something"}`) : text,
      ]),
    ),
  ];
}

function withField({ fields }: LogLine, field: string, value: unknown): string {
  return JSON.stringify({ ...fields, [field]: value });
}

/** Operators on whole log lines: how many there are, in which order, when they were, how they are written. */
import type { Uniform } from '../../lib/target/random.ts';
import type { Aspect } from './mutant.ts';

export interface LogLine {
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** For each line what is written in its place. */
export type LinesChange = (lines: readonly LogLine[], random: Uniform) => readonly (readonly string[])[];

interface LineOperator {
  readonly aspect: Aspect;
  readonly change: LinesChange;
}

const each =
  (change: (line: LogLine, index: number) => readonly string[]): LinesChange =>
  (lines) =>
    lines.map(change);

const CLOCK_OFF_MS = 400;
const AT_ONCE_MS = 5;

const sets: Readonly<Record<string, LinesChange>> = {
  'lose-all': each(() => []),
  'lose-half': each(({ text }, index) => (index % 2 === 0 ? [] : [text])),
  'lose-one-in-ten': each(({ text }, index) => (index % 10 === 0 ? [] : [text])),
  repeat: each(({ text }) => [text, text]),
  'repeat-one-in-ten': each(({ text }, index) => (index % 10 === 0 ? [text, text] : [text])),
  'neighbours-line': (lines) => lines.map((line, index) => [(lines[index + 1] ?? line).text]),
};

const orders: Readonly<Record<string, LinesChange>> = {
  reorder: (lines) => lines.map((_, index) => [lines[lines.length - 1 - index]?.text ?? '']),
  'swap-neighbours': (lines) =>
    lines.map((line, index) => {
      const other = lines[index % 2 === 0 ? index + 1 : index - 1] ?? line;
      return [Math.abs(timeOf(other) - timeOf(line)) <= AT_ONCE_MS ? other.text : line.text];
    }),
  'hold-back-to-the-end': (lines) =>
    lines.map((_, index) => (index === lines.length - 1 ? lines.map(({ text }) => text) : [])),
};

const times: Readonly<Record<string, LinesChange>> = {
  'later-400-ms': each((line) => [retimed(line, (atMs) => atMs + CLOCK_OFF_MS)]),
  'earlier-400-ms': each((line) => [retimed(line, (atMs) => atMs - CLOCK_OFF_MS)]),
  'later-10-s': each((line) => [retimed(line, (atMs) => atMs + 10_000)]),
  'earlier-an-hour': each((line) => [retimed(line, (atMs) => atMs - 3_600_000)]),
  'whole-seconds': each((line) => [retimed(line, (atMs) => 1000 * Math.floor(atMs / 1000))]),
  'noise-in-time': (lines, random) =>
    lines.map((line) => [retimed(line, (atMs) => atMs + Math.round(2 * CLOCK_OFF_MS * (random() - 0.5)))]),
};

const encodings: Readonly<Record<string, LinesChange>> = {
  'text-of-json': each(({ text }) => [JSON.stringify(text)]),
  'in-a-list': each(({ text }) => [`[${text}]`]),
  half: each(({ text }) => [text.slice(0, Math.ceil(text.length / 2))]),
  'several-lines': each(({ fields }) => JSON.stringify(fields, null, 1).split('\n')),
  base64: each(({ text }) => [Buffer.from(text).toString('base64')]),
  'fields-sorted': each(({ fields }) => [
    JSON.stringify(Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))),
  ]),
};

function timeOf({ fields }: LogLine): number {
  return Date.parse(String(fields['timestamp']));
}

function retimed(line: LogLine, change: (atMs: number) => number): string {
  return JSON.stringify({ ...line.fields, timestamp: new Date(change(timeOf(line))).toISOString() });
}

function of(aspect: Aspect, changes: Readonly<Record<string, LinesChange>>): [string, LineOperator][] {
  return Object.entries(changes).map(([operator, change]) => [operator, { aspect, change }]);
}

export const LINE_OPERATORS: Readonly<Record<string, LineOperator>> = Object.fromEntries([
  ...of('exists', sets),
  ...of('relation', orders),
  ...of('time', times),
  ...of('content', encodings),
]);

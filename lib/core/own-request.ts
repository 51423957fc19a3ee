/** The request of a journey that a profile describes: its templates, its data, and what its answers must hold. */
import type { Random } from './random.ts';

/** A value of a row. Those of CSV are texts. */
export type OwnValue = string | number | boolean;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What the answer must have at `json`, a path of gjson. All that is said must hold. */
export interface OwnCheck {
  readonly json: string;
  readonly equals?: string | number | boolean | null;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** A regular expression; for texts, numbers and truth values. */
  readonly matches?: string;
  /** Whether there is a value. `null` is none. */
  readonly exists?: boolean;
}

export interface OwnData {
  /** As the run found it: absolute. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Of the rows, as they are written for the engine. */
  readonly sha256: string;
  /** `random`: seeded by the run's seed and the arrival. `sequential`: one after the other, from the first one again after the last. */
  readonly order: 'random' | 'sequential';
}

/** `{column}` stands for a value of the arrival's row, `{debate}` for the id of the prepared debate. */
export interface OwnRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: Json;
  readonly checks: readonly OwnCheck[];
  readonly data?: OwnData;
}

/** Stands for the id of the debate that the harness has prepared. */
export const DEBATE = 'debate';

const PLACE = /\{([A-Za-z_][\w-]*)\}/g;

/** The names in braces, each once. */
export function namesIn(value: Json): string[] {
  return [...new Set([...JSON.stringify(value).matchAll(PLACE)].map(([, name = '']) => name))];
}

/** What stands for a name in braces. */
export type ValueOf = (name: string) => OwnValue;

/** A path or a query with its values, percent-encoded. */
export function filledPath(path: string, valueFor: ValueOf): string {
  return path.replace(PLACE, (_, name: string) => encodeURIComponent(String(valueFor(name))));
}

export function filledText(text: string, valueFor: ValueOf): string {
  return text.replace(PLACE, (_, name: string) => String(valueFor(name)));
}

/** A body with its values. A text that is nothing but one name in braces becomes the value itself: a number stays a number. */
export function filledJson(value: Json, valueFor: ValueOf): Json {
  if (typeof value === 'string') {
    const [, only] = /^\{([A-Za-z_][\w-]*)\}$/.exec(value) ?? [];
    return only === undefined ? filledText(value, valueFor) : valueFor(only);
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => filledJson(item, valueFor));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledJson(inner, valueFor)]));
}

/** The row of an arrival. `random` is the arrival's own, so the same seed, scenario and index give the same row, whichever engine sends it. */
export function rowAt({ rows, order }: Pick<OwnData, 'rows' | 'order'>, random: Random, index: number): number {
  return (order === 'sequential' ? index : random.uint32()) % rows;
}

/** The file in the run folder from which the engine reads the rows of a journey. */
export function dataFileOf(journey: string): string {
  return `data-${journey}.json`;
}

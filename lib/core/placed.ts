/** What a person's YAML or JSON file says, with the line on which each value stands, so that a complaint can name it. */

export interface PlacedScalar {
  readonly kind: 'scalar';
  readonly line: number;
  readonly value: string | number | boolean | null;
  /** As written where that is a plain word: `1m`, `5`, `yes`. */
  readonly text: string;
  /** The line on which its text begins: below `line` for a block of text. */
  readonly textLine: number;
}

export interface PlacedList {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly Placed[];
}

export interface PlacedMap {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: readonly PlacedEntry[];
}

export interface PlacedEntry {
  readonly key: string;
  /** Of the key. */
  readonly line: number;
  readonly value: Placed;
}

export type Placed = PlacedScalar | PlacedList | PlacedMap;

/** A value that stands in no file: each line is 0. */
export function unplaced(value: unknown): Placed {
  if (Array.isArray(value)) return { kind: 'list', line: 0, items: value.map(unplaced) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, one]) => ({ key, line: 0, value: unplaced(one) }));
    return { kind: 'map', line: 0, entries };
  }
  const plain = value as PlacedScalar['value'];
  return { kind: 'scalar', line: 0, value: plain, text: String(plain), textLine: 0 };
}

export function entryOf(placed: Placed | undefined, key: string): PlacedEntry | undefined {
  return placed?.kind === 'map' ? placed.entries.find((entry) => entry.key === key) : undefined;
}

export function valueAt(placed: Placed | undefined, key: string): Placed | undefined {
  return entryOf(placed, key)?.value;
}

/** The text of a scalar that is there and not null; undefined for everything else. */
export function textOf(placed: Placed | undefined): string | undefined {
  return placed?.kind === 'scalar' && placed.value !== null ? String(placed.value) : undefined;
}

export function textAt(placed: Placed | undefined, key: string): string | undefined {
  return textOf(valueAt(placed, key));
}

export function itemsOf(placed: Placed | undefined): readonly Placed[] {
  return placed?.kind === 'list' ? placed.items : [];
}

export function keysOf(placed: Placed | undefined): readonly string[] {
  return placed?.kind === 'map' ? placed.entries.map(({ key }) => key) : [];
}

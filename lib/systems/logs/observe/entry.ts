/** A line of a log as an object. */

export type Entry = Readonly<Record<string, unknown>>;

/** The line with the documented names of its fields. */
export function asDocumented(entry: Entry, ownNames: Readonly<Record<string, string>>): Entry {
  const own = Object.entries(ownNames);
  if (own.length === 0) return entry;
  const has = (name: string): boolean => Object.hasOwn(entry, name);
  const renamed = own.map(([documented, name]) => [documented, has(name) ? entry[name] : undefined] as const);
  return { ...entry, ...Object.fromEntries(renamed) };
}

/** The object, or what is wrong with the text. */
export function entryOf(text: string): Entry | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    return 'is JSON but not an object';
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return 'is not JSON';
  }
}

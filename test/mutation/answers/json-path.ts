/** The part of gjson's paths (which k6 reads JSON by) that the scripts of the load use. */

/** The value at a path of a JSON text: `a.b`, `list.#` (how many), `list.#.id` (of those that have it), `{a,"name":b}`. */
export function valueAt(text: string, path: string): unknown {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return undefined; // As k6 does.
  }
  if (!path.startsWith('{')) return at(whole, path);
  const parts = path
    .slice(1, -1)
    .split(',')
    .map((part) => /^(?:"(?<name>[^"]+)":)?(?<from>.+)$/.exec(part)?.groups ?? {});
  const pairs = parts.map(({ name, from = '' }): [string, unknown] => [name ?? from, at(whole, from)]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

function at(value: unknown, path: string): unknown {
  if (path === '@this') return value;
  const [step = '', ...rest] = path.split('.');
  const below = rest.join('.');
  if (step === '#') {
    if (!Array.isArray(value)) return undefined;
    return below === '' ? value.length : value.map((one) => at(one, below)).filter((one) => one !== undefined);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step))
    return undefined;
  const next = (value as Readonly<Record<string, unknown>>)[step];
  return below === '' ? next : at(next, below);
}

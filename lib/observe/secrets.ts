/**
 * Searches what the server said for secrets that the load sent (the canary, the API token), and removes them, so no secret gets into a run
 * folder. Finds them in any case, escaped, percent-encoded, as HTML entities, in hexadecimal and in base64, whole or their beginning.
 */
import type { SecretsObserved } from '../core/observation.ts';
import { type Forms, formsOf, holds, withoutPlain } from './secret-forms.ts';

/** Shorter secrets would be found by chance. */
const LEAST_CHARS = 8;
const HIDDEN = '***';
/** Kept, so that what stands around a secret stays readable. */
const BETWEEN_WORDS = /([\s"',;:?&={}[\]()<>|]+)/;
const EXAMPLES = 5;
const SHOWN_CHARS = 300;

export interface SecretFinder {
  readonly searched: number;
  readonly tooShort: number;
  found(text: string): boolean;
  /** The text with every form of every secret replaced by `***`. */
  hide(text: string): string;
}

/** @param secrets each is searched for if it has at least 8 characters; duplicates and empty ones don't count. */
export function secretFinder(secrets: readonly string[]): SecretFinder {
  const distinct = [...new Set(secrets)].filter((secret) => secret !== '');
  const usable = distinct.filter((secret) => secret.length >= LEAST_CHARS);
  const forms = formsOf(usable);
  return {
    searched: usable.length,
    tooShort: distinct.length - usable.length,
    found: (text) => usable.length > 0 && holds(text, forms),
    hide: (text) => (usable.length === 0 ? text : hidden(text, forms)),
  };
}

/** What was hidden as it stands there may be there in another form, too. Then the words that hold it are hidden, and if need be all of it. */
function hidden(text: string, forms: Forms): string {
  if (!holds(text, forms)) return text;
  const plain = withoutPlain(text, forms, HIDDEN);
  if (!holds(plain, forms)) return plain;
  const words = plain.split(BETWEEN_WORDS).map((word) => (holds(word, forms) ? HIDDEN : word));
  const shown = words.join('');
  return holds(shown, forms) ? HIDDEN : shown;
}

/**
 * Searches every text in the observations, keys included, and hides what it finds.
 * @returns the observations without secrets, and what was found where; one `places` entry for each observation.
 */
export function withoutSecrets<T extends { readonly kind: string }>(
  observations: readonly T[],
  finder: SecretFinder,
): { readonly observations: T[]; readonly secrets: SecretsObserved } {
  const searches = observations.map((observation) => search(observation, finder));
  return {
    observations: searches.map(({ clean }) => clean),
    secrets: {
      kind: 'secrets',
      status: 'collected',
      searched: finder.searched,
      tooShort: finder.tooShort,
      places: searches.map(({ place }) => place),
    },
  };
}

function search<T extends { readonly kind: string }>(observation: T, finder: SecretFinder) {
  const examples: { where: string; text: string }[] = [];
  let [texts, leaks] = [0, 0];
  const text = (value: string, where: string): string => {
    texts += 1;
    if (!finder.found(value)) return value;
    leaks += 1;
    const hidden = finder.hide(value);
    if (examples.length < EXAMPLES) examples.push({ where: finder.hide(where), text: hidden.slice(0, SHOWN_CHARS) });
    return hidden;
  };
  const walk = (value: unknown, where: string): unknown => {
    if (typeof value === 'string') return text(value, where);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${where}[${index}]`));
    if (typeof value !== 'object' || value === null) return value;
    const prefix = where === '' ? '' : `${where}.`;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [text(key, `${prefix}${key}`), walk(item, `${prefix}${key}`)]),
    );
  };
  // Only texts change, so the shape stays the same.
  const clean = walk(observation, '') as T;
  return { clean, place: { kind: observation.kind, texts, leaks, examples } };
}

/**
 * Searches what the server said for secrets that the load sent (the canary, the API token), and removes them, so no secret gets into a run
 * folder. Finds them as they are, escaped as in JSON, percent-encoded, and within base64 text.
 */
import type { SecretsObserved } from '../core/observation.ts';

/** Shorter secrets would be found by chance. */
const LEAST_CHARS = 8;
const HIDDEN = '***';
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
  // The longest first, so that no form is hidden only in part.
  const forms = [...new Set(usable.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  return {
    searched: usable.length,
    tooShort: distinct.length - usable.length,
    found: (text) => forms.some((form) => text.includes(form)),
    hide: (text) => forms.reduce((hidden, form) => hidden.replaceAll(form, HIDDEN), text),
  };
}

function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const lowerPercent = percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [secret, escaped, escaped.replaceAll('/', '\\/'), percent, lowerPercent, ...base64Forms(secret)];
}

/**
 * The part of the secret's base64 that does not depend on its neighbours, for each of the three positions where it can begin in a group of
 * three bytes. So it is also found in `base64("user:secret")`.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // A digit has six bits. Digits at either end that share bits with a neighbour do not belong to the secret alone.
    const first = Math.ceil((offset * 8) / 6);
    const whole = text.slice(first, Math.floor(((offset + bytes.length) * 8) / 6));
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
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

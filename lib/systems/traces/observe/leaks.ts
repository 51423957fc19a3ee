/** Searches a span for secrets, and never repeats one. */

import type { SecretFinder } from '../../../observe/secrets.ts';
import type { Span } from '../observation.ts';

/** Where in the span a secret is, for example `attribute http.url of span http.request`; [] when there is none. */
export function leakPlaces(span: Span, otherTexts: readonly string[], finder: SecretFinder): string[] {
  const places = Object.entries(span.attributes).flatMap(([key, value]) => {
    if (finder.found(key)) return ['the name of an attribute'];
    return finder.found(String(value)) ? [`attribute ${key}`] : [];
  });
  if (finder.found(span.name)) places.push('the name');
  if (otherTexts.some((text) => finder.found(text)))
    places.push('an event, a link, the status, the scope or the resource');
  return places.map((place) => `${place} of span ${finder.hide(span.name)}`);
}

/** How the names of headers are written on the wire. */

/**
 * Each name as the load writes it: `Authorization`. No server may care (RFC 9110), but some do: Aragora 2.7.4 and 2.11.1 find a token under
 * this very name alone, so that a question before the load was refused where the load is not.
 */
export function usualNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [usualName(name), value]));
}

/** As Go's clients write it. */
function usualName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

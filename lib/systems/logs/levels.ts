/** The documented levels in the words of other libraries. Pure. */

/**
 * No document gives the case of a level: the guides list names, one shows Python's own names (`record.levelname`), and the other structlog, which
 * writes them in lower case.
 */
const SAME: ReadonlyMap<string, string> = new Map([
  ['TRACE', 'DEBUG'],
  ['WARN', 'WARNING'],
  ['ERR', 'ERROR'],
  ['CRIT', 'CRITICAL'],
  ['FATAL', 'CRITICAL'],
]);

/** In the guides' word, as far as there is one. */
export function levelNamed(text: string): string {
  const name = text.toUpperCase();
  return SAME.get(name) ?? name;
}

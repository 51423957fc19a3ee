/** What a hostile target, contract or environment could put into a run: the same facts with a payload in every string. */
import type { RunFacts } from '../../lib/core/run.ts';

/** Breaks out of script, attribute, table cell, code fence, annotation, XML and terminal, if anything lets it. */
export const PAYLOAD = `</script><img src=x onerror="globalThis.pwned=1">'"\`|<!-- ]]> --> \u001b[31m\u0007\u202e%0A::error::x\r\n# h\u0000 {{x}} \${x}`;

/** Words on which the code switches, so they can't come from a target. */
const CLOSED = new Set([
  'status',
  'operator',
  'unit',
  'outcome',
  'endpoint',
  'endpoints',
  'kind',
  'journey',
  'name',
  'samples',
  'by',
  'role',
  'source',
  'system',
  'monitor',
  'tick',
]);

/** Prefixes every string in findings, load, plan and environment with the payload, also failure kinds, but not the closed words. */
export function hostile(facts: RunFacts): RunFacts {
  const { recording, ...rest } = facts;
  const endpoints = new Map(
    [...recording.endpoints].map(([endpoint, one]) => [
      endpoint,
      { ...one, seconds: one.seconds.map((second) => ({ ...second, failed: poisonKeys(second.failed) })) },
    ]),
  );
  return { ...(poison(rest, '') as typeof rest), recording: { ...recording, endpoints } };
}

function poison(value: unknown, key: string): unknown {
  if (typeof value === 'string') return CLOSED.has(key) ? value : `${PAYLOAD}${value}`;
  // What a system is called is the program's own word.
  if (key === 'systems') return value;
  if (Array.isArray(value)) return value.map((item) => poison(item, key));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, poison(item, name)] as const);
  return Object.fromEntries(
    key === 'environment' ? entries.map(([name, item]) => [`${PAYLOAD}${name}`, item]) : entries,
  );
}

const poisonKeys = (failed: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(failed).map(([kind, count]) => [`${PAYLOAD}${kind}`, count]));

/** Whether an answer about health contradicts itself. Pure; runs in k6 and in Node. */
import { isError, isGiven } from './error-text.ts';

/** Words with which a part of a server says that it does not work, in the vocabulary of the answer itself. */
const UNHEALTHY = /"(unhealthy|healthy"\s*:\s*false)/i;
const ERROR = /"error|error:|exception/i;
/** A field of this name may have the text of an error that is over. */
const MAY_TELL = /err|fail|last|message|detail|note|reason|warn/i;

type HealthProblem = 'unhealthy-part' | 'error-beside';

/** What is wrong with an answer whose status is "healthy". Its text is read only where it has such a word. */
export function healthProblem(body: string): HealthProblem | undefined {
  const isSuspect = UNHEALTHY.test(body) || ERROR.test(body) || body.includes('false');
  if (hasTwoStatuses(body)) return 'unhealthy-part';
  if (!isSuspect) return undefined;
  const parts = objectOf(body);
  if (parts === undefined) return undefined;
  const { healthy, ok, success, error } = parts;
  if (isGiven(error) || Object.entries(parts).some(([name, part]) => !MAY_TELL.test(name) && isError(part)))
    return 'error-beside';
  if (healthy === false || ok === false || success === false) return 'unhealthy-part';
  return hasUnhealthyMember(parts) ? 'unhealthy-part' : undefined;
}

const STATUS = /"status"\s*:\s*("[^"]*"|[^,}\s]+)/g;

/** Readers differ in which of two fields of one name they take. The fields before the first part are surely those of the answer itself. */
function hasTwoStatuses(body: string): boolean {
  if (body.indexOf('"status"') === body.lastIndexOf('"status"')) return false;
  const begin = body.indexOf('{') + 1;
  const [own = ''] = body.slice(begin).split(/[{[]/, 1);
  return new Set(own.match(STATUS)?.map((one) => one.replace(/\s/g, ''))).size > 1;
}

/**
 * What no server of debates does without: what its clients use, and the database, whose loss the guide names as a failure of the system. Of any other
 * part a server may know that it can do without it, and need not say so: Aragora 2.11.1 stays healthy without its pool of connections.
 */
const NEEDED = /^(api|http|server|debates?|web_?sockets?|ws|database|db)$/i;
/** A part that the server can do without says nothing of its health, nor one of which it warns itself. */
const MARKS_NEEDED = ['required', 'critical', 'configured', 'enabled'] as const;
/** A field of this name says what was, or what may be. */
const NOT_NOW =
  /^(last|prev|former|earlier|was|past|since|histor|transitions|events|incidents|possible|allowed|legend|values|examples)|_(history|events|values)$/i;
const WELL = /^(healthy|ok|okay|up|pass|passing|operational|available|degraded)$/i;

function hasUnhealthyMember(facts: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(facts).some(([name, part]) => !NOT_NOW.test(name) && hasUnhealthyPart(name, part));
}

function hasUnhealthyPart(key: string, part: unknown): boolean {
  if (part === 'unhealthy') return NEEDED.test(key);
  if (typeof part !== 'object' || part === null) return false;
  const facts: Readonly<Record<string, unknown>> = { ...part };
  if (facts['optional'] === true || isGiven(facts['warning']) || MARKS_NEEDED.some((mark) => facts[mark] === false))
    return false;
  if (facts['healthy'] === false || isCalledUnhealthy(facts)) return NEEDED.test(nameOf(facts) ?? key);
  // One that works, or says that it does so badly, may do without some of its own parts: one of three replicas.
  return !isWell(facts) && hasUnhealthyMember(facts);
}

/** In a list, a part has its name in itself. */
function nameOf({ name, service, component }: Readonly<Record<string, unknown>>): string | undefined {
  return [name, service, component].find((one) => typeof one === 'string');
}

function isCalledUnhealthy({ status, state, health }: Readonly<Record<string, unknown>>): boolean {
  return [status, state, health].includes('unhealthy');
}

function isWell({ status, state, healthy }: Readonly<Record<string, unknown>>): boolean {
  return healthy === true || [status, state].some((word) => typeof word === 'string' && WELL.test(word));
}

function objectOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined; // Whether it is JSON at all, the script has asked already.
  }
}

/** How what is said of a debate is compared with what is known of it. */
import type { DebateSeen } from '../observation.ts';
import { seenOf } from './check.ts';

/** Problems in words; none means that it passes. */
type Problems = readonly (string | false)[];

export function problemsIn(problems: Problems): string[] {
  return problems.filter((problem) => problem !== false);
}

export function differ(said: boolean | null, known: boolean | null): boolean {
  return said !== null && known !== null && said !== known;
}

/** Whether agents spoke after both had surely subscribed, so after the first read and the first state. */
export function ranOn({ id, first }: DebateSeen): boolean {
  const { events = [], sureFrom = null } = seenOf(first) ?? {};
  return sureFrom !== null && events.slice(sureFrom).some(({ of, type }) => of === id && type === 'agent_message');
}

/** All names by which the agents of a debate are known: as it was created, and as it began. */
export function namesOf({ agents, startedWith }: DebateSeen): string[] {
  return [...agents, ...(startedWith ?? [])];
}

/** Whether none of these names has to do with a known one. A name with a digit may be an id, or may have one; it decides nothing. */
export function areOthers(names: readonly string[] | null, known: readonly string[]): boolean {
  if (names === null || names.length === 0 || names.some((name) => /\d/.test(name))) return false;
  const lower = (all: readonly string[]) => all.map((name) => name.toLowerCase());
  return !lower(names).some((name) => lower(known).some((one) => name.includes(one) || one.includes(name)));
}

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

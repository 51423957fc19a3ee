/** How what is said of a debate is compared with what is known of it. */
import { leastOf } from '../../../core/extent.ts';
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

/** So far apart may be the clocks of whoever writes the time of an event, and a clock may be set. */
const CLOCKS_APART_MS = 60;

/**
 * Whether agents surely spoke after both had subscribed, so after the first read and the first state. Messages may wait on their way, behind the
 * answers to requests: that one came late does not say when it was spoken. Its own time does, counted from that of the first event, which is
 * not before the request. What is said after the consensus may be a summary of what is over.
 */
export function ranOn({ id, first, readAfterMs }: DebateSeen): boolean {
  const { events = [], sureFrom = null } = seenOf(first) ?? {};
  if (sureFrom === null || readAfterMs === undefined) return false;
  const timed = events.flatMap(({ of, atSec }) => (of === id && typeof atSec === 'number' ? [atSec] : []));
  const firstSec = leastOf(timed);
  const roundedMs = timed.every(Number.isInteger) ? 1000 : 0;
  const leastSec = firstSec + (readAfterMs + CLOCKS_APART_MS + roundedMs) / 1000;
  const agreedAt = events.findIndex(({ of, type }) => of === id && type === 'consensus');
  const before = events.slice(sureFrom, agreedAt === -1 ? undefined : Math.max(sureFrom, agreedAt));
  return before.some(({ of, type, atSec }) => of === id && type === 'agent_message' && (atSec ?? 0) > leastSec);
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

/** Whether a change of times is finer than documents ask for: no document says how fine a clock is, and a server may write whole ms. */
import type { Tape } from '../proofs/tape.ts';
import { nanosOf, type TapedSpan, tapedSpan } from '../proofs/taped-span.ts';
import type { Mutant } from './mutant.ts';

/** A start and an end, each rounded to a whole ms. */
const FINE_MS = 2;
const FINE = `No time changes by more than ${FINE_MS} ms: a server may write the start and the end of what it measures in whole ms.`;

/** Why nobody could notice the change; null where it is coarser, or not only one of times. */
export function fineness(before: Tape, after: Tape, { system, aspect, signal }: Omit<Mutant, 'apply'>): string | null {
  const isFine =
    (system === 'traces' && aspect === 'time' && areSpansFine(before, after)) ||
    (system === 'logs' && signal === 'duration_ms' && areLinesFine(before, after));
  return isFine ? FINE : null;
}

function areSpansFine(before: Tape, after: Tape): boolean {
  const [then, now] = [before, after].map(({ exports }) => exports.flat());
  if (then === undefined || now === undefined || then.length !== now.length) return false;
  return then.every((span, index) => {
    const other = now[index];
    return other === span || (other !== undefined && areClose(tapedSpan(span), tapedSpan(other)));
  });
}

function areClose(a: TapedSpan, b: TapedSpan): boolean {
  const apart = (one: TapedSpan['startTime'], other: TapedSpan['startTime']) =>
    Math.abs(Number(nanosOf(one) - nanosOf(other))) / 1e6;
  return apart(a.startTime, b.startTime) <= FINE_MS && apart(a.endTime, b.endTime) <= FINE_MS;
}

function areLinesFine(before: Tape, after: Tape): boolean {
  return (
    before.lines.length === after.lines.length &&
    before.lines.every((line, index) => {
      const other = after.lines[index] ?? '';
      if (line === other) return true;
      const [then, now] = [line, other].map((text) => (JSON.parse(text) as Record<string, unknown>)['duration_ms']);
      return typeof then === 'number' && typeof now === 'number' && now >= 0 && Math.abs(then - now) <= FINE_MS;
    })
  );
}

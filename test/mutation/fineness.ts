/** Whether a change of times is finer than documents ask for: no document says how fine a clock is, and a server may write whole ms. */
import type { Tape } from '../proofs/tape.ts';
import { nanosOf, type TapedSpan, tapedSpan } from '../proofs/taped-span.ts';
import type { Mutant } from './mutant.ts';

/** A start and an end, each rounded to a whole ms. */
const FINE_MS = 2;
/** Of what is changed. */
const COARSE_SHARE = 0.02;
const FINE = `Hardly any time changes by more than ${FINE_MS} ms: a server may write the start and the end of what it measures in whole ms.`;

/** Why nobody could notice the change; null where it is coarser, or not only one of times. */
export function fineness(before: Tape, after: Tape, { system, aspect, signal }: Omit<Mutant, 'apply'>): string | null {
  const changes =
    system === 'traces' && aspect === 'time'
      ? spanChanges(before, after)
      : system === 'logs' && signal === 'duration_ms'
        ? lineChanges(before, after)
        : [];
  const coarse = changes.filter((ms) => ms === null || ms > FINE_MS).length;
  return changes.length > 0 && coarse <= COARSE_SHARE * changes.length ? FINE : null;
}

/** By how many ms each changed span begins or ends otherwise. [] where spans are lost or added. */
function spanChanges(before: Tape, after: Tape): number[] {
  const [then = [], now = []] = [before, after].map(({ exports }) => exports.flat());
  if (then.length !== now.length) return [];
  return then.flatMap((span, index) => {
    const other = now[index];
    return other === span || other === undefined ? [] : [apart(tapedSpan(span), tapedSpan(other))];
  });
}

function apart(a: TapedSpan, b: TapedSpan): number {
  const between = (one: TapedSpan['startTime'], other: TapedSpan['startTime']) =>
    Math.abs(Number(nanosOf(one) - nanosOf(other))) / 1e6;
  // One that ends before it starts is wrong however short it is.
  if (nanosOf(b.endTime) < nanosOf(b.startTime)) return Number.POSITIVE_INFINITY;
  return Math.max(between(a.startTime, b.startTime), between(a.endTime, b.endTime));
}

/** By how many ms each changed duration is another; null where it is no duration any more. */
function lineChanges(before: Tape, after: Tape): (number | null)[] {
  if (before.lines.length !== after.lines.length) return [];
  return before.lines.flatMap((line, index) => {
    const other = after.lines[index] ?? '';
    if (line === other) return [];
    const [then, now] = [line, other].map((text) => (JSON.parse(text) as Record<string, unknown>)['duration_ms']);
    const isDuration = typeof then === 'number' && typeof now === 'number' && now >= 0;
    return [isDuration ? Math.abs(then - now) : null];
  });
}

/** Turns a recording into one series by second without gaps, with the steps of the load as strata. */
import { type Endpoint, owedByArrival } from '../core/endpoint.ts';
import type { Journey, Plan } from '../core/plan.ts';
import { type EndpointRecording, type EndpointSecond, failedCount } from '../core/recording.ts';
import { timedPhases } from '../core/timeline.ts';

/** One second of one or several endpoints. Seconds in which nothing was complete are there too, with zeros. */
export interface Slot {
  readonly second: number;
  readonly stratum: number;
  readonly count: number;
  readonly failed: number;
  /** Those of `failed` that an overloaded generator excuses, as the caller counted them. */
  readonly excused: number;
  readonly dropped: number;
  /** Arrivals that nobody answered. Their second is unknown, so they count in the last one: as one burst, which is how they happen. */
  readonly unanswered: number;
  readonly sumUs: number;
  /** Answered samples over the limit and over the reference level, as the caller counted them. */
  readonly over: number;
  readonly overLevel: number;
}

/** What a caller counts in one second's record. */
export interface Counted {
  readonly over: number;
  readonly overLevel: number;
  readonly excused: number;
}

const NOTHING: Counted = { over: 0, overLevel: 0, excused: 0 };

/** Adds up the recordings second by second, from the first to the last with any sample or drop; [] without any. */
export function slotsOf(
  plan: Plan,
  recordings: readonly EndpointRecording[],
  unanswered: number,
  counted: (recording: EndpointRecording, second: EndpointSecond) => Counted = () => NOTHING,
): Slot[] {
  const entries = recordings.flatMap((recording) => recording.seconds.map((second) => ({ recording, second })));
  if (entries.length === 0) return [];
  const first = entries.reduce((least, { second }) => Math.min(least, second.second), Infinity);
  const last = entries.reduce((most, { second }) => Math.max(most, second.second), -Infinity);
  const stratumAt = strata(
    plan,
    recordings.map(({ endpoint }) => endpoint),
  );
  const slots = Array.from({ length: last - first + 1 }, (_, index) => emptySlot(first + index, stratumAt(index)));
  for (const { recording, second } of entries) {
    const slot = slots[second.second - first];
    if (slot === undefined) continue;
    const { over, overLevel, excused } = counted(recording, second);
    slot.count += second.count;
    slot.failed += failedCount(second.failed);
    slot.excused += excused;
    slot.dropped += second.dropped;
    slot.sumUs += second.sumUs;
    slot.over += over;
    slot.overLevel += overLevel;
  }
  const end = slots.at(-1);
  if (end !== undefined) end.unanswered = unanswered;
  return slots;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function emptySlot(second: number, stratum: number): Mutable<Slot> {
  return {
    second,
    stratum,
    count: 0,
    failed: 0,
    excused: 0,
    dropped: 0,
    unanswered: 0,
    sumUs: 0,
    over: 0,
    overLevel: 0,
  };
}

/** A shorter step is judged together with its neighbour: it has too few seconds to show its own clustering. */
const SHORTEST_STRATUM_SEC = 20;

/** Steps of the load are meant to differ, so a share is expected for each step: slowness of a whole step is not a random burst. */
function strata(plan: Plan, endpoints: readonly Endpoint[]): (sinceStartSec: number) => number {
  const owes = (journey: Journey): boolean => owedByArrival(journey).some((endpoint) => endpoints.includes(endpoint));
  const ends = new Set<number>();
  for (const { journeys, startSec } of timedPhases(plan)) {
    for (const journey of journeys) {
      if (journey.kind === 'sockets' || !owes(journey)) continue;
      let end = startSec;
      for (const step of journey.steps) {
        end += step.durationSec;
        ends.add(end);
      }
    }
  }
  const boundaries: number[] = [];
  const sorted = [...ends].sort((a, b) => a - b);
  const total = sorted.at(-1) ?? 0;
  for (const end of sorted) {
    const longEnough = end - (boundaries.at(-1) ?? 0) >= SHORTEST_STRATUM_SEC;
    if (longEnough && total - end >= SHORTEST_STRATUM_SEC) boundaries.push(end);
  }
  return (sinceStartSec) => boundaries.filter((boundary) => sinceStartSec >= boundary).length;
}

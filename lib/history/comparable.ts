/** Which runs of a history may be compared with the newest one, and why others may not. */

import type { Journey } from '../core/plan.ts';
import { fingerprintOf } from './machine.ts';
import type { HistoryEntry, Machine } from './model/record.ts';
import type { LeftOut, LeftOutReason } from './model/view.ts';

export interface Sorted {
  /** The last `last` runs that are like the newest in everything that matters to latency; the newest is among them if it finished. */
  readonly compared: readonly HistoryEntry[];
  /** All runs that are like the newest. */
  readonly like: readonly HistoryEntry[];
  /** Runs of the same load and contract on any machine, also unfinished ones: good enough to count failures. */
  readonly pooled: readonly HistoryEntry[];
  readonly leftOut: readonly LeftOut[];
}

const REASONS = [
  'other-profile',
  'other-load',
  'other-contract',
  'other-target',
  'unfinished',
  'unknown-machine',
  'other-machine',
] as const satisfies readonly LeftOutReason[];

/** `entries`: oldest first. */
export function comparableWith(newest: HistoryEntry, entries: readonly HistoryEntry[], last: number): Sorted {
  const reasons = new Map(entries.map((entry) => [entry, reasonAgainst(newest, entry)]));
  const like = entries.filter((entry) => reasons.get(entry) === null);
  const compared = like.slice(-last);
  const counted = REASONS.map((reason): LeftOut => {
    const runs = entries.filter((entry) => reasons.get(entry) === reason);
    return {
      reason,
      runs: runs.length,
      kinds: [...new Set(runs.flatMap((entry) => kindOf(reason, entry)))].slice(0, MOST_KINDS),
    };
  });
  const older: LeftOut = { reason: 'older', runs: like.length - compared.length, kinds: [] };
  const machines: readonly (LeftOutReason | null | undefined)[] = [
    null,
    'unfinished',
    'unknown-machine',
    'other-machine',
  ];
  const pooled = entries.filter((entry) => machines.includes(reasons.get(entry)));
  return { compared, like, pooled, leftOut: [...counted, older].filter(({ runs }) => runs > 0) };
}

const MOST_KINDS = 4;

/** What the run has instead, where there is a word for it. */
function kindOf(reason: LeftOutReason, { plan, machine }: HistoryEntry): string[] {
  if (reason === 'other-profile') return [plan.profile];
  if (reason === 'other-contract') return [plan.contract];
  if (reason === 'other-machine' && machine !== null) return [machineText(machine)];
  return [];
}

function machineText({ cpu, cores, memoryGiB, os, arch, engine }: Machine): string {
  return `${cpu} × ${cores}, ${memoryGiB} GiB, ${os} ${arch}, ${engine}`;
}

/** The first thing in which it differs; null when it is comparable. */
function reasonAgainst(newest: HistoryEntry, entry: HistoryEntry): LeftOutReason | null {
  const [ours, its] = [newest.plan, entry.plan];
  if (its.profile !== ours.profile) return 'other-profile';
  if (loadOf(its.journeys) !== loadOf(ours.journeys)) return 'other-load';
  if (its.contract !== ours.contract) return 'other-contract';
  if (its.embedded !== ours.embedded) return 'other-target';
  if (entry.loadEnded !== 'finished') return 'unfinished';
  if (entry === newest) return null;
  if (newest.machine === null || entry.machine === null) return 'unknown-machine';
  return fingerprintOf(entry.machine) === fingerprintOf(newest.machine) ? null : 'other-machine';
}

/** What a journey offers. How many virtual users it may use for that does not matter. */
function loadOf(journeys: readonly Journey[]): string {
  const offered = journeys.map((journey) => {
    if (journey.kind === 'arrivals') return [journey.name, journey.steps];
    const { name, sockets, durationSec, pingEverySec } = journey;
    return [name, sockets, durationSec, pingEverySec];
  });
  return JSON.stringify(offered);
}

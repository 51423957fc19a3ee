/** What a timeline has of one alert, in order. */
import { strain } from './bounds.ts';
import {
  type DrilledRule,
  type EntryOf,
  isAbout,
  newsOf,
  ofKind,
  type RuleState,
  type Setup,
  type Stage,
  type Step,
} from './timeline.ts';

export interface Followed {
  readonly stage: Stage;
  readonly setup: Setup;
  readonly rule: DrilledRule;
  readonly states: readonly EntryOf<'state'>[];
  /** undefined: nothing was done to the server for this alert. */
  readonly on: EntryOf<'fault'> | undefined;
  readonly off: EntryOf<'fault'> | undefined;
  /** The first time that it fired after its fault began. */
  readonly fired: EntryOf<'state'> | undefined;
  /** Accepted and about it, since its fault began. */
  readonly deliveries: readonly EntryOf<'delivery'>[];
  /** Whatever receivers refused since it fired and until it was over. A refused one may be about any alert. */
  readonly refused: readonly EntryOf<'delivery'>[];
  /** Why the machine may be to blame; [] when it is not. */
  readonly strain: readonly string[];
}

export function followed(stage: Stage, rule: DrilledRule): Followed {
  const { setup, entries } = stage;
  const states = ofKind(entries, 'state').filter((entry) => entry.rule === rule.name);
  const faults = ofKind(entries, 'fault').filter((entry) => entry.rule === rule.name);
  const on = faults.find(({ is }) => is === 'on');
  const off = faults.find(({ is }) => is === 'off');
  const fired = on === undefined ? undefined : states.find(({ state, atMs }) => state === 'firing' && atMs > on.atMs);
  const all = ofKind(entries, 'delivery');
  return {
    stage,
    setup,
    rule,
    states,
    on,
    off,
    fired,
    deliveries: all.filter(
      ({ delivered, atMs }) => on !== undefined && atMs > on.beforeMs && isAbout(delivered, rule.name),
    ),
    refused: all.filter(({ refusals, atMs }) => fired !== undefined && atMs > fired.beforeMs && refusals.length > 0),
    strain: strain(stage),
  };
}

/** How the wait for a step ended; undefined: it was not waited for to its end. */
export function waited({ stage, rule }: Followed, step: Step): EntryOf<'waited'> | undefined {
  return ofKind(stage.entries, 'waited').find((entry) => entry.rule === rule.name && entry.step === step);
}

export function news({ deliveries }: Followed, what: 'fires' | 'over'): EntryOf<'delivery'>[] {
  return deliveries.filter(({ delivered }) => newsOf(delivered) === what);
}

/** Its state at that moment; null before anything was seen. */
export function stateAt({ states }: Followed, atMs: number): RuleState | null {
  return states.findLast((entry) => entry.atMs <= atMs)?.state ?? null;
}

/** When it did not fire any more, since it fired for its fault. */
export function overSince({ fired, states }: Followed): EntryOf<'state'> | undefined {
  return fired === undefined ? undefined : states.find(({ state, atMs }) => state !== 'firing' && atMs > fired.atMs);
}

/** Documented seconds between two things that each happened between two moments. */
export interface Span {
  readonly leastSec: number;
  readonly mostSec: number;
}

/** Something happened between two moments. */
export interface Moment {
  readonly beforeMs: number;
  readonly atMs: number;
}

export function spanBetween(from: Moment, to: Moment, clockRate: number): Span {
  const sec = (ms: number): number => Math.max(0, (ms * clockRate) / 1000);
  return { leastSec: sec(to.beforeMs - from.atMs), mostSec: sec(to.atMs - from.beforeMs) };
}

/** ` (clock ×60)`; '' for real time on the embedded stack. A team's programs keep their own clock, and each finding says so. */
export function rateWords({ clockRate, witness }: Setup): string {
  return clockRate === 1 && witness.by === 'sinks' ? '' : ` (clock ×${clockRate})`;
}

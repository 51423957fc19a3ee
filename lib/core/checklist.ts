/**
 * The documents' verification checklists: items as written, and their state in a run. The items are in thresholds/checklist.ts;
 * lib/judge/checklist.ts decides them.
 */
import type { Status } from './finding.ts';
import type { Source } from './source.ts';

/** What an item needs: findings that must all pass, or why nothing here can decide it. */
export type ChecklistGround =
  | {
      /** Ids, at least one. */
      readonly findings: readonly string[];
      /** What is needed where one of them was not made, or where `source` is not read. */
      readonly without?: string;
      /** A source of a system that its findings need, for example `prometheus` of `metrics`. */
      readonly source?: { readonly system: string; readonly id: string };
    }
  | { readonly cannotTell: string };

export interface ChecklistItem {
  /** Stable, for example `observability.logging.json`. */
  readonly id: string;
  /** As the document has it. */
  readonly words: string;
  readonly source: Source & {
    /** Line of the document, from 1. */
    readonly line: number;
  };
  readonly ground: ChecklistGround;
}

/** `not-connected`: nobody said where that is which would show it. `no-evidence`: that was looked at, and neither shows nor refutes it. */
export const TICKS = ['ticked', 'crossed', 'not-connected', 'no-evidence'] as const;
export type Tick = (typeof TICKS)[number];

export interface CheckedItem extends Pick<ChecklistItem, 'id' | 'words' | 'source'> {
  readonly tick: Tick;
  /** One sentence: what refutes it, what is missing, or what it rests on. */
  readonly reason: string;
  /** The findings that it rests on, as far as they were made. */
  readonly findings: readonly { readonly id: string; readonly status: Status }[];
}

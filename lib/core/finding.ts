/** What one check found. Written to findings.json (docs/schema/findings.schema.json). */
import type { Source } from './source.ts';

/** `no-data`: there was nothing to judge. `unavailable`: the evidence exists but could not be read. Neither passes. */
export const STATUSES = ['pass', 'fail', 'inconclusive', 'no-data', 'unavailable'] as const;
export type Status = (typeof STATUSES)[number];

/** A share of samples with its confidence bounds, all 0–1. Bounds are one-sided, 95 % each, except for a run that may end early (docs/early.md). */
export interface ShareInterval {
  readonly lower: number;
  readonly upper: number;
}

export interface Evidence {
  readonly label: string;
  readonly value: string;
}

/** Label of the evidence that counts failed samples by kind. */
export const FAILURES = 'failures';

/** What a team's acceptance of the deviation does to the finding. */
export interface Acceptance {
  /** `accepted`: it does not gate. `expired`: it gates again. `no-longer-occurs`: it passes, so there is nothing left to accept. */
  readonly state: 'accepted' | 'expired' | 'no-longer-occurs';
  readonly reason: string;
  /** The last day on which it is accepted, UTC, `YYYY-MM-DD`. */
  readonly expires: string;
}

/** Replaces the system in a finding that is about an objective or about the load itself. */
export const OF_OBJECTIVES = 'objectives';
export const OF_LOAD = 'load';

export interface Finding {
  readonly id: string;
  /** Name of the phase whose seconds it is about; absent: it is about the whole run. Together with the id it names one finding of the run. */
  readonly phase?: string;
  readonly subject: string;
  /** Id of the observed system that it is about; `OF_OBJECTIVES` or `OF_LOAD` for the others. */
  readonly system: string;
  readonly status: Status;
  readonly gating: boolean;
  readonly operator: '<=' | '>=' | '==';
  /** In `unit`. */
  readonly expected: number;
  /** In `unit`; null when nothing was measured, or when the percentile falls among failed requests (then `summary` says so). */
  readonly actual: number | null;
  /**
   * For `<=`: (expected − actual) / expected; for `>=`: (actual − expected) / (1 − expected). Positive is room, negative is a breach; null
   * without `actual`.
   */
  readonly margin: number | null;
  readonly unit: 'ms' | 'ratio' | 'count';
  /** Samples that the status rests on (drops and unanswered arrivals included), and how many independent samples they are worth. */
  readonly samples: number;
  readonly effectiveSamples: number | null;
  /** Bad samples (over, failed, dropped) among them. */
  readonly bad: number;
  /** Of the share of bad samples; null when there is none. */
  readonly interval: ShareInterval | null;
  /** The share of bad samples that the objective allows; null where there is no such share. */
  readonly allowedShare: number | null;
  /** How many more samples would decide it at the rate seen; null when decided, or when no number would. */
  readonly furtherSamples: number | null;
  readonly source: Source;
  /** One sentence for a person. */
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** It is about a text of the document itself, so no server can break or mend it, and it does not gate. Absent: it is about the server. */
  readonly ofDocument?: true;
  /** Absent: nobody accepted a deviation. */
  readonly acceptance?: Acceptance;
  /** Only what others ask of the server leaves it open. Absent: something else does, or it is decided. */
  readonly undecidedBy?: 'others';
  /** Id of the finding that explains it, of the same phase or of the whole run; that one is explained by none. Absent: it stands by itself. */
  readonly because?: string;
}

/** A finding for which nothing was measured. */
export const NOTHING_MEASURED = {
  actual: null,
  margin: null,
  samples: 0,
  effectiveSamples: null,
  bad: 0,
  interval: null,
  furtherSamples: null,
} as const satisfies Partial<Finding>;

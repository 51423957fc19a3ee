/**
 * Owns the judge's words: findings, outcome, error budget. Written to findings.json (docs/schema/findings.schema.json).
 * Refuses to know how they are reached or shown.
 */
import type { CheckedItem } from './checklist.ts';
import type { Comparison } from './comparison.ts';
import { EXIT_CODE, type ExitCode, unreachable } from './error.ts';
import type { SCHEMA_VERSION, Source } from './plan.ts';

/** `no-data`: nothing was there to judge. `unavailable`: the evidence exists but could not be had. Neither passes. */
export const STATUSES = ['pass', 'fail', 'inconclusive', 'no-data', 'unavailable'] as const;
export type Status = (typeof STATUSES)[number];

/** A share of samples with its confidence bounds, all 0–1. Bounds are one-sided 95 % each. */
export interface ShareInterval {
  readonly lower: number;
  readonly upper: number;
}

export interface Evidence {
  readonly label: string;
  readonly value: string;
}

/** What a team's acceptance of the deviation does to the finding. */
export interface Acceptance {
  /** `accepted`: it does not gate. `expired`: it gates again. `no-longer-occurs`: it passes, so there is nothing left to accept. */
  readonly state: 'accepted' | 'expired' | 'no-longer-occurs';
  readonly reason: string;
  /** The last day on which it is accepted, UTC, `YYYY-MM-DD`. */
  readonly expires: string;
}

export interface Finding {
  readonly id: string;
  readonly subject: string;
  readonly status: Status;
  readonly gating: boolean;
  readonly operator: '<=' | '>=' | '==';
  /** In `unit`. */
  readonly expected: number;
  /** In `unit`; null when nothing was measured, or when the percentile falls among failed requests (then `summary` says so). */
  readonly actual: number | null;
  /** (expected − actual) / expected for `<=`, (actual − expected) / (1 − expected) style for `>=`: positive is room, negative is breach; null without `actual`. */
  readonly margin: number | null;
  readonly unit: 'ms' | 'ratio' | 'count';
  /** Samples the status rests on (drops and unanswered included), and how many independent ones they are worth. */
  readonly samples: number;
  readonly effectiveSamples: number | null;
  /** Bad samples (over, failed, dropped) among them. */
  readonly bad: number;
  /** Of the share of bad samples; null when there is none. */
  readonly interval: ShareInterval | null;
  /** The share of bad samples that the objective allows; null where the notion does not apply. */
  readonly allowedShare: number | null;
  /** How many more samples would decide it at the rate seen; null when decided or when none would. */
  readonly furtherSamples: number | null;
  readonly source: Source;
  /** One sentence for a person. */
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** Absent: nobody accepted a deviation. */
  readonly acceptance?: Acceptance;
}

export const OUTCOMES = ['conforms', 'breaches', 'inconclusive', 'interrupted'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How much of a monthly error budget the run would burn at the failure rate seen. */
export interface ErrorBudget {
  readonly objectiveId: string;
  /** 0–1, e.g. 0.999. */
  readonly target: number;
  /** Minutes a 30-day month allows: (1 − target) × 43,200. 99.9 % ≈ 43 min. */
  readonly monthlyBudgetMin: number;
  /** Failure share seen over failure share allowed: 1 burns the budget in exactly a month. null without data. */
  readonly burnRate: number | null;
  /** Share (0–…) of the month's budget this run's own duration used. null without data. */
  readonly usedShare: number | null;
}

/** What the judge says; `reports/` show it and nothing else decides. */
export interface Verdict {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly outcome: Outcome;
  readonly exitCode: ExitCode;
  /** One sentence: why this outcome. */
  readonly headline: string;
  readonly findings: readonly Finding[];
  readonly errorBudgets: readonly ErrorBudget[];
  /** What the run was too short to see, one sentence each; [] when nothing. */
  readonly blindSpots: readonly string[];
  /** The documents' verification checklists; [] when the run did not look at the server's telemetry. */
  readonly checklist: readonly CheckedItem[];
  /** Clients' figures beside those of the server's metrics; null when these were not had. */
  readonly comparison: Comparison | null;
}

/** Any gating fail breaches; else any gating finding that is not pass is inconclusive; none gating at all is inconclusive too. */
export function outcomeOf(findings: readonly Finding[]): Exclude<Outcome, 'interrupted'> {
  const gating = findings.filter((finding) => finding.gating);
  if (gating.some((finding) => finding.status === 'fail')) return 'breaches';
  return gating.length > 0 && gating.every((finding) => finding.status === 'pass') ? 'conforms' : 'inconclusive';
}

export function exitCodeOf(outcome: Outcome): ExitCode {
  switch (outcome) {
    case 'conforms':
      return EXIT_CODE.conforms;
    case 'breaches':
      return EXIT_CODE.breaches;
    case 'inconclusive':
      return EXIT_CODE.inconclusive;
    case 'interrupted':
      return EXIT_CODE.interrupted;
    default:
      return unreachable(outcome);
  }
}

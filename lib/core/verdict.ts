/** What the judge says about a whole run: the outcome, the findings that it rests on, error budgets. Written to findings.json. */
import type { Cause } from './cause.ts';
import type { CheckedItem } from './checklist.ts';
import type { Comparison } from './comparison.ts';
import type { Coverage } from './coverage.ts';
import { EXIT_CODE, type ExitCode, unreachable } from './error.ts';
import { type Finding, OF_LOAD } from './finding.ts';
import type { SCHEMA_VERSION } from './schema-version.ts';

export const OUTCOMES = ['conforms', 'breaches', 'inconclusive', 'interrupted'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How much of a monthly error budget the run would burn at the failure rate seen. */
export interface ErrorBudget {
  readonly objectiveId: string;
  /** 0–1, for example 0.999. */
  readonly target: number;
  /** Minutes a 30-day month allows: (1 − target) × 43,200. 99.9 % ≈ 43 min. */
  readonly monthlyBudgetMin: number;
  /** Failure share seen divided by the failure share allowed: 1 burns the budget in exactly a month. null without data. */
  readonly burnRate: number | null;
  /** Share (0–…) of the month's budget that this run's own duration used. null without data. */
  readonly usedShare: number | null;
}

/** An observed system as reports show it. */
export interface JudgedSystem {
  readonly id: string;
  /** Its name for a person, e.g. `Metrics`. */
  readonly title: string;
  /** Its page in the documentation, for example `docs/checks/metrics.md`. */
  readonly page: string;
  /** Something that a reader of its findings would miss; absent when there is nothing. */
  readonly note?: string;
  /** Where a trace can be looked up: a URL in which `{traceId}` stands for its id. Absent if there is no such place. */
  readonly traceUrl?: string;
}

/** What the judge says. `reports/` show it and decide nothing. */
export interface Verdict {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly outcome: Outcome;
  readonly exitCode: ExitCode;
  /** One sentence: why this outcome. */
  readonly headline: string;
  /** Why, in plain words: at most three, the first one first; [] where the facts show none. */
  readonly causes: readonly Cause[];
  readonly findings: readonly Finding[];
  /** The systems that findings are about, in the order of the reports. */
  readonly systems: readonly JudgedSystem[];
  readonly errorBudgets: readonly ErrorBudget[];
  /** What the run was too short to see, one sentence each; [] when nothing. */
  readonly blindSpots: readonly string[];
  /** The documents' verification checklists; [] when the run did not look at the server's telemetry. */
  readonly checklist: readonly CheckedItem[];
  /** Clients' figures beside those of the server's metrics; null when these could not be read. */
  readonly comparison: Comparison | null;
  /** How far the evidence of this run reached; null when it did not look at the server's telemetry. */
  readonly coverage: Coverage | null;
}

/**
 * Any gating fail breaches; otherwise any gating finding that does not pass is inconclusive. A run in which nothing about the server gates
 * is inconclusive too: that the load ran as planned says nothing about what it met.
 */
export function outcomeOf(findings: readonly Finding[]): Exclude<Outcome, 'interrupted'> {
  const gating = findings.filter((finding) => finding.gating);
  if (gating.some((finding) => finding.status === 'fail')) return 'breaches';
  return isOfServer(gating) && gating.every((finding) => finding.status === 'pass') ? 'conforms' : 'inconclusive';
}

/** Whether one of `findings` is about more than the load itself; false for none. */
export function isOfServer(findings: readonly Finding[]): boolean {
  return findings.some(({ system }) => system !== OF_LOAD);
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

/** findings.json: the verdict and what it is about, for programs. Schema: docs/schema/findings.schema.json. Recordings have their own files. */

import type { Finding } from '../lib/core/finding.ts';
import { contractText } from '../lib/core/own-names.ts';
import type { Environment, RunFacts } from '../lib/core/run.ts';
import type { Verdict } from '../lib/core/verdict.ts';
import { loadTotals } from './summary.ts';

/** What the verdict is about: a summary of plan and load. */
export interface RunSummary {
  readonly runId: string;
  readonly profile: string;
  readonly contract: string;
  readonly seed: number;
  readonly target: { readonly httpUrl: string; readonly wsUrl: string; readonly embedded: boolean };
  readonly command: string;
  /** What looked wrong before the load, or restricts what the run can say; absent: nothing did. */
  readonly notes?: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationSec: number;
  /** Why the load ended: `LoadReason.kind`. */
  readonly loadEnded: RunFacts['load']['reason']['kind'];
  /** Arrivals. */
  readonly offered: number;
  readonly delivered: number;
  readonly dropped: number;
}

export interface FindingsFile extends Omit<Verdict, 'systems'> {
  readonly run: RunSummary;
  readonly environment: Environment;
}

/** The content of findings.json as a value. */
export function findingsFile({ verdict, plan, load, environment }: RunFacts): FindingsFile {
  const { schemaVersion, outcome, exitCode, headline, causes, findings, errorBudgets, blindSpots, checklist } = verdict;
  const { comparison, coverage } = verdict;
  return {
    schemaVersion,
    outcome,
    exitCode,
    headline,
    causes,
    run: {
      runId: plan.runId,
      profile: plan.profile,
      contract: contractText(plan),
      seed: plan.seed,
      target: plan.target,
      command: plan.command,
      ...(plan.notes === undefined ? {} : { notes: plan.notes }),
      startedAt: new Date(load.startedAtMs).toISOString(),
      durationSec: (load.endedAtMs - load.startedAtMs) / 1000,
      loadEnded: load.reason.kind,
      ...loadTotals(load),
    },
    findings: findings.map(inOrder),
    errorBudgets,
    blindSpots,
    checklist,
    comparison,
    coverage,
    environment,
  };
}

/** Puts its keys into one order, whoever made it. */
function inOrder(finding: Finding): Finding {
  const { id, phase, system, subject, status, gating, operator, expected, actual, margin, unit, ...more } = finding;
  const { samples, effectiveSamples, bad, interval, allowedShare, furtherSamples, ...said } = more;
  const { source, summary, evidence, ofDocument, undecidedBy, acceptance, because, ...rest } = said;
  // The compiler complains of a field that has no place in this order.
  const none: Readonly<Record<string, never>> = rest;
  return {
    id,
    ...(phase === undefined ? {} : { phase }),
    ...{ system, subject, status, gating, operator, expected, actual, margin, unit },
    ...{ samples, effectiveSamples, bad, interval, allowedShare, furtherSamples },
    ...{ source, summary, evidence },
    ...(ofDocument === undefined ? {} : { ofDocument }),
    ...(undecidedBy === undefined ? {} : { undecidedBy }),
    ...(acceptance === undefined ? {} : { acceptance }),
    ...(because === undefined ? {} : { because }),
    ...none,
  };
}

/** findings.json, indented, ending in a line break. */
export function renderJson(facts: RunFacts): string {
  return `${JSON.stringify(findingsFile(facts), null, 2)}\n`;
}

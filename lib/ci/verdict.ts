/** What a workflow needs to know of a run folder: the outcome and the report. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODE } from '../core/error.ts';
import { OUTCOMES, type Outcome } from '../core/verdict.ts';

/** `error`: the run came to no verdict. That is not a pass either. */
export type ReportedOutcome = Outcome | 'error';

export interface RunVerdict {
  readonly outcome: ReportedOutcome;
  readonly headline: string;
  /** The report as Markdown, safe to show on a page; empty without one. */
  readonly report: string;
}

/** @param run a folder that can be missing or damaged. */
export function readVerdict(run: string): RunVerdict {
  const file = join(run, 'findings.json');
  const none = { outcome: 'error', headline: 'the run came to no verdict', report: '' } as const;
  if (run === '' || !existsSync(file)) return none;
  let findings: { outcome?: unknown; exitCode?: unknown; headline?: unknown };
  try {
    findings = JSON.parse(readFileSync(file, 'utf8')) as typeof findings;
  } catch {
    return { ...none, headline: 'findings.json of the run is damaged' };
  }
  const outcome = OUTCOMES.find((known) => known === findings?.outcome);
  if (outcome === undefined) return { ...none, headline: 'findings.json of the run has no outcome that is known here' };
  if (findings.exitCode !== EXIT_CODE[outcome])
    return { ...none, headline: 'findings.json of the run is damaged: its outcome and its exit code do not fit' };
  const report = join(run, 'report.md');
  return {
    outcome,
    headline: String(findings.headline),
    report: existsSync(report) ? readFileSync(report, 'utf8') : '',
  };
}

/** The outcome that belongs to an exit code of aragora-slo, if the run folder agrees; else `error`. */
export function outcomeOfExit(exitCode: number, { outcome }: RunVerdict): ReportedOutcome {
  return outcome !== 'error' && EXIT_CODE[outcome] === exitCode ? outcome : 'error';
}

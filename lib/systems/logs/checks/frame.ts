/** What all checks of the log share: what is known of them, what they read, and where the lines came from. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText } from '../../../core/numbers.ts';
import type { JudgeInput } from '../../../core/run.ts';
import { lacking } from '../../finding.ts';
import { type Check, type CheckInfo, checkOf } from '../../system.ts';
import type { LogLineProblem, LogsObserved } from '../observation.ts';

export interface LogFacts extends JudgeInput {
  readonly observed: LogsObserved;
  /** Nothing but the load calls the server during it. */
  readonly exclusive: boolean;
}

export type LogCheck = Check<LogFacts>;

export const PAGE = 'docs/checks/logs.md';

type OwnInfo = Pick<CheckInfo, 'id' | 'subject' | 'proves' | 'source'> &
  Partial<Pick<CheckInfo, 'gating' | 'needs' | 'bounds' | 'throughFaults'>>;

/** What is known of a check on the log; `id` is without `logs.`. */
export function infoOf({ id, gating = true, needs = ['logs'], ...own }: OwnInfo): CheckInfo {
  return { ...own, id: `logs.${id}`, system: 'logs', gating, needs, page: PAGE };
}

type Judge = (check: CheckInfo, observed: LogsObserved, facts: LogFacts) => Finding;

/** A check that looks at lines; without any, it says so. */
export function lineCheck(info: CheckInfo, judge: Judge): LogCheck {
  return checkOf(info, (check, facts: LogFacts) => {
    const { observed } = facts;
    if (observed.lines > 0) return judge(check, observed, facts);
    return lacking(check, 'no-data', `no line was written during the run: ${observed.from}`, from(observed));
  });
}

/** The same for a check that one line refutes: if not all lines were read, it proves nothing that none of them did. */
export function everyLineCheck(info: CheckInfo, judge: Judge): LogCheck {
  return lineCheck(info, (check, observed, facts) => {
    const finding = judge(check, observed, facts);
    if (observed.complete || finding.status !== 'pass') return finding;
    const summary = `${finding.summary}; not all lines were read`;
    return lacking({ ...check, gating: finding.gating }, 'inconclusive', summary, finding.evidence);
  });
}

/** Where the lines came from, and the lines that show the problem. */
export function from({ from, source }: LogsObserved, examples: readonly LogLineProblem[] = []): Evidence[] {
  return [
    { label: 'log', value: source === 'direct' ? from : `${source}: ${from}` },
    ...examples.map(({ line, problem, text }) => ({ label: `line ${countText(line)}, ${problem}`, value: text })),
  ];
}

/** `3.2 s`; from ten minutes on `1,234 min`. */
export function secondsText(ms: number): string {
  return ms >= 600_000 ? `${countText(ms / 60_000)} min` : `${(ms / 1000).toFixed(1)} s`;
}

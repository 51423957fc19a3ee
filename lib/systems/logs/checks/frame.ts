/**
 * Owns what every check of the log shares: the finding without lines, and where the lines came from. Refuses to know checks.
 */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText } from '../../../core/numbers.ts';
import { type Check, lacking, whyUnavailable } from '../../finding.ts';
import type { LogLineProblem, LogsObservation, LogsObserved } from '../observation.ts';

/** Why there is nothing to look at when no log was asked for. */
export const NO_LOG = 'no log was read: give its file, its stream or its backend';

export type Logs = LogsObservation | undefined;

/** The finding of a check that looks at lines: without any it says what is missing. */
export function judgeWith(check: Check, logs: Logs, judge: (observed: LogsObserved) => Finding): Finding {
  if (logs === undefined) return lacking(check, 'no-data', NO_LOG);
  if (logs.status === 'unavailable') return lacking(check, 'unavailable', whyUnavailable(logs));
  if (logs.lines > 0) return judge(logs);
  return lacking(check, 'no-data', `no line was written during the run: ${logs.from}`, from(logs));
}

/** The same of a check that one line refutes: where not all lines were read, none that did shows nothing. */
export function judgeAllLines(check: Check, logs: Logs, judge: (observed: LogsObserved) => Finding): Finding {
  return judgeWith(check, logs, (observed) => {
    const finding = judge(observed);
    if (observed.complete || finding.status !== 'pass') return finding;
    return lacking(
      { ...check, gating: finding.gating },
      'inconclusive',
      `${finding.summary}; not all lines were read`,
      finding.evidence,
    );
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

/** The check that the times of log lines are right. The check of the field itself covers their form. */
import type { Finding } from '../../../core/finding.ts';
import { above, both, boundsOf } from '../../bounds.ts';
import { lacking, property } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { everyLineCheck, from, infoOf, type LogCheck, type LogFacts, secondsText } from './frame.ts';
import { answeringMs } from './unreached.ts';

/** The server's clock may be this far from ours, and lines written before the run may reach the file within this time. */
const CLOCK_TOLERANCE_MS = 5_000;
/** Threads that share a log, and buffers, swap lines by less than this. */
const ORDER_TOLERANCE_MS = 2_000;

/** Times lie within the run, advance with it, and do not go backwards. */
export function timesCheck(signals: LogSignals): LogCheck {
  const info = infoOf({
    id: 'timestamps',
    subject: 'log timestamps are right',
    proves: 'The times in the log lie within the run, advance with it, and are in order.',
    source: signals.fields.find(({ name }) => name === signals.timestampField)?.source ?? signals.traceIdSource,
    bounds: [
      ...boundsOf('lines', both('clients', 'time'), both('documents', 'relation')),
      ...boundsOf(signals.timestampField, above('clients', 'content')),
    ],
  });
  return everyLineCheck(info, judgeTimes);
}

export function judgeTimes(check: CheckInfo, observed: LogsObserved, facts: LogFacts): Finding {
  const { times, window, lines } = observed;
  if (times === null) return lacking(check, 'no-data', 'no line has a readable time', from(observed));
  const answered = answeringMs(facts);
  const earlyMs = window.fromMs - times.earliest.atMs;
  const lateMs = times.latest.atMs - window.toMs;
  const backMs = times.furthestBack?.backMs ?? 0;
  const spanMs = times.latest.atMs - times.earliest.atMs;
  const problems = [
    ...(hasEveryRequest(observed) && spanMs < answered - ORDER_TOLERANCE_MS
      ? [
          {
            ...times.latest,
            problem: `only ${secondsText(spanMs)} after the first line, although requests came over ${secondsText(answered)}`,
          },
        ]
      : []),
    ...(earlyMs > CLOCK_TOLERANCE_MS
      ? [{ ...times.earliest, problem: `${secondsText(earlyMs)} before the run began` }]
      : []),
    ...(lateMs > CLOCK_TOLERANCE_MS ? [{ ...times.latest, problem: `${secondsText(lateMs)} after it was read` }] : []),
    ...(times.furthestBack !== null && backMs > ORDER_TOLERANCE_MS
      ? [{ ...times.furthestBack, problem: `${secondsText(backMs)} before a line of its logger above it` }]
      : []),
  ];
  const summary =
    problems.length === 0
      ? `within the run and in order (to ${secondsText(backMs)})`
      : `the time of a line is ${problems.map(({ problem }) => problem).join(', another ')}`;
  return property(check, { samples: lines, bad: problems.length, summary, evidence: from(observed, problems) });
}

/** If so, its first and last line are as far apart as the requests were. */
function hasEveryRequest({ traceIds: { sent, found } }: LogsObserved): boolean {
  return sent > 0 && found === sent;
}

/** The checks of a log backend: it receives lines, stores them under their level, and finds them by trace id in time. */
import { mostOf } from '../../../core/extent.ts';
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { collectedOf, onRun } from '../../evidence.ts';
import { fact, lacking, property } from '../../finding.ts';
import { type Check, type CheckInfo, checkOf } from '../../system.ts';
import type { LogBackendInfo } from '../backends.ts';
import type { LogBackendFacts, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { infoOf, PAGE } from './frame.ts';

/** In the order of their findings. */
export function backendChecks(signals: LogSignals, backend: LogBackendInfo): Check[] {
  const { id, title } = backend;
  const check = (own: Pick<CheckInfo, 'id' | 'subject' | 'proves' | 'source'>, judge: Judge): Check<LogsObserved> => {
    const info = infoOf({ ...own, id: `${id}.${own.id}`, subject: `${title} ${own.subject}` });
    return {
      ...checkOf(info, (frame, observed: LogsObserved) =>
        observed.backend === null
          ? lacking(frame, 'no-data', `${title} reported nothing about itself`)
          : judge(frame, observed.backend, observed),
      ),
      from: id,
    };
  };
  const ingested = check(
    {
      id: 'ingested',
      subject: 'receives log lines',
      proves: `Lines of the run are in ${title} by the deadline.`,
      source: backend.source ?? { document: 'aragora-slo', section: PAGE },
    },
    judgeIngested,
  );
  const level = check(
    {
      id: 'level',
      subject: 'labels lines with their level',
      proves: `Every line in ${title} is stored under its own level.`,
      source: signals.labelSource,
    },
    judgeLevelLabel,
  );
  const found = check(
    {
      id: 'trace-ids',
      subject: 'finds lines by trace id',
      proves: `${title} finds the line of a single trace id within the stated delay.`,
      source: signals.traceIdSource,
    },
    judgeLookups,
  );
  return onRun(backend.hasLabels ? [ingested, level, found] : [ingested, found], (input) =>
    collectedOf<LogsObserved>(input, 'logs', id),
  );
}

type Judge = (check: CheckInfo, facts: LogBackendFacts, observed: LogsObserved) => Finding;

function judgeIngested(
  check: CheckInfo,
  { query, deadlineMs }: LogBackendFacts,
  { lines, traceIds }: LogsObserved,
): Finding {
  const evidence = [{ label: 'query', value: query }];
  if (lines === 0 && traceIds.sent === 0)
    return lacking(check, 'no-data', 'no line arrived, but no load was sent', evidence);
  const summary =
    lines > 0
      ? `${plural(lines, 'line')} of the run arrived`
      : `no line of the run arrived within ${deadlineMs / 1000} s of its end`;
  return fact(check, lines > 0, { summary, evidence });
}

function judgeLevelLabel(check: CheckInfo, { query, levelLabel }: LogBackendFacts): Finding {
  const asked = [{ label: 'query', value: query }];
  if (levelLabel === null) return lacking(check, 'no-data', 'it has no labels', asked);
  const { same, other, none } = levelLabel;
  const samples = same + other.count + none.count;
  if (samples === 0) return lacking(check, 'no-data', 'there is no line to look at', asked);
  const parts = [
    ...(none.count > 0 ? [`${countText(none.count)} have no label level`] : []),
    ...(other.count > 0 ? [`${countText(other.count)} are labelled with another level than their own`] : []),
  ];
  const of = `of ${plural(samples, 'line')}`;
  const shown = [...none.examples, ...other.examples].map(({ problem, text }) => ({ label: problem, value: text }));
  return property(check, {
    samples,
    bad: none.count + other.count,
    summary: parts.length === 0 ? `all ${of} are` : `${parts.join(', ')} ${of}`,
    evidence: [...asked, ...shown],
  });
}

function judgeLookups(check: CheckInfo, { query, lookups, deadlineMs }: LogBackendFacts): Finding {
  const asked = { label: 'query', value: query };
  if (lookups.length === 0) return lacking(check, 'no-data', 'no trace id was searched for', [asked]);
  const lost = lookups.filter(({ foundAfterMs }) => foundAfterMs === null || foundAfterMs > deadlineMs);
  const slowestMs = mostOf(lookups.map(({ foundAfterMs }) => foundAfterMs ?? 0));
  const summary =
    lost.length === 0
      ? `all of ${plural(lookups.length, 'trace id')} found, the last within ${(slowestMs / 1000).toFixed(1)} s of the ${deadlineMs / 1000} s allowed`
      : `${countText(lost.length)} of ${plural(lookups.length, 'trace id')} not found within ${deadlineMs / 1000} s`;
  const evidence = [asked, ...lost.slice(0, 5).map(({ traceId }) => ({ label: 'not found', value: traceId }))];
  return property(check, { samples: lookups.length, bad: lost.length, summary, evidence });
}

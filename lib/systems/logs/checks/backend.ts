/**
 * Owns the checks of a log backend: it takes lines in, files them under their level, and finds them by trace id in time.
 * Refuses to know which API it has.
 */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import type { Source } from '../../../core/source.ts';
import { type Check, fact, lacking, property, whyUnavailable } from '../../finding.ts';
import type { LogBackendFacts, LogsObservation, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';

type Backend = 'loki' | 'elasticsearch' | 'cloudwatch';
const NAMES: Readonly<Record<Backend, string>> = {
  loki: 'Loki',
  elasticsearch: 'Elasticsearch',
  cloudwatch: 'CloudWatch',
};

/** [] for a log that was read directly. CloudWatch has no labels, so nothing is said of them. */
export function judgeLogBackend(signals: LogSignals, logs: LogsObservation): Finding[] {
  const { source } = logs;
  if (source !== 'loki' && source !== 'elasticsearch' && source !== 'cloudwatch') return [];
  const name = NAMES[source];
  const checkOf = (id: string, subject: string, from: Source): Check => ({
    id: `logs.${source}.${id}`,
    subject: `${name} ${subject}`,
    gating: true,
    source: from,
  });
  const ingested = checkOf('ingested', 'takes log lines in', signals.backendSources[source]);
  const level = checkOf('level', 'labels lines with their level', signals.labelSource);
  const found = checkOf('trace-ids', 'finds lines by trace id', signals.traceIdSource);
  const checks = source === 'cloudwatch' ? [ingested, found] : [ingested, level, found];
  if (logs.status === 'unavailable') {
    return checks.map((check) => lacking(check, 'unavailable', whyUnavailable(logs)));
  }
  const { backend } = logs;
  if (backend === null) return checks.map((check) => lacking(check, 'no-data', `${name} told nothing of itself`));
  return [
    judgeIngested(ingested, logs, backend),
    ...(source === 'cloudwatch' ? [] : [judgeLevelLabel(level, backend)]),
    judgeLookups(found, backend),
  ];
}

function judgeIngested(
  check: Check,
  { lines, traceIds }: LogsObserved,
  { query, deadlineMs }: LogBackendFacts,
): Finding {
  const evidence = [{ label: 'query', value: query }];
  if (lines === 0 && traceIds.sent === 0)
    return lacking(check, 'no-data', 'no line came in, but no load was sent', evidence);
  const summary =
    lines > 0
      ? `${plural(lines, 'line')} of the run came in`
      : `no line of the run came in within ${deadlineMs / 1000} s of its end`;
  return fact(check, lines > 0, { summary, evidence });
}

function judgeLevelLabel(check: Check, { query, levelLabel }: LogBackendFacts): Finding {
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

function judgeLookups(check: Check, { query, lookups, deadlineMs }: LogBackendFacts): Finding {
  const asked = { label: 'query', value: query };
  if (lookups.length === 0) return lacking(check, 'no-data', 'no trace id was searched for', [asked]);
  const lost = lookups.filter(({ foundAfterMs }) => foundAfterMs === null || foundAfterMs > deadlineMs);
  const slowestMs = Math.max(...lookups.map(({ foundAfterMs }) => foundAfterMs ?? 0));
  const summary =
    lost.length === 0
      ? `all of ${plural(lookups.length, 'trace id')} found, the last within ${(slowestMs / 1000).toFixed(1)} s of the ${deadlineMs / 1000} s allowed`
      : `${countText(lost.length)} of ${plural(lookups.length, 'trace id')} not found within ${deadlineMs / 1000} s`;
  const evidence = [asked, ...lost.slice(0, 5).map(({ traceId }) => ({ label: 'not found', value: traceId }))];
  return property(check, { samples: lookups.length, bad: lost.length, summary, evidence });
}

/** The checks of where metrics come from: scrapes under load, restarts, cardinality, Prometheus' targets, documented queries. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import type { Source } from '../../../core/source.ts';
import { fact, lacking, property, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { MetricFamily } from '../observation.ts';
import type { DocumentedQuery, MetricSignals } from '../signals.ts';
import { expositionChecks } from './exposition.ts';
import { infoOf, type MetricCheck, type MetricFacts } from './facts.ts';
import { judgeRestarts } from './processes.ts';

const OURS: Source = { document: 'aragora-slo', section: 'docs/checks/metrics.md' };
const SHOWN = 5;

/** Checks that only the server itself can show gate if it is asked; those that only a Prometheus can show gate if that is asked. */
export function sourceChecks(signals: MetricSignals, sources: readonly string[]): MetricCheck[] {
  const viaPrometheus = sources.includes('prometheus');
  // Where the server is asked itself, too, the first evidence is its own.
  const from = viaPrometheus && sources.includes('direct') ? { from: 'prometheus' } : {};
  return [
    ...expositionChecks(signals, !viaPrometheus || sources.includes('direct')),
    ...runningChecks(signals),
    { ...targetsCheck(signals, viaPrometheus), ...from },
    ...signals.queries.flatMap((query) =>
      queryChecks(query, viaPrometheus).map((check) => (check.ofDocument === true ? check : { ...check, ...from })),
    ),
  ];
}

const SECTION = 'where-they-come-from';

/** Of the server's process, whoever is asked. */
function runningChecks({ maxSeriesPerMetric }: MetricSignals): MetricCheck[] {
  const ours = { source: OURS, section: SECTION } as const;
  return [
    checkOf(
      infoOf({
        ...{ ...ours, id: 'exposition.scraped', gating: false },
        subject: '/metrics answers under load',
        proves: '/metrics answers every scrape while the load runs.',
      }),
      judgeScraped,
    ),
    checkOf(
      infoOf({
        ...{ ...ours, id: 'restarts' },
        subject: 'the server kept running',
        proves: 'The server was not started again during the load.',
      }),
      judgeRestarts,
    ),
    checkOf(
      infoOf({
        ...{ ...ours, id: 'cardinality' },
        subject: 'no metric has too many series',
        proves: `No metric has more than ${countText(maxSeriesPerMetric)} series, and more of them the longer the load runs.`,
      }),
      judgeCardinality,
    ),
  ];
}

function targetsCheck({ scrapeSource }: MetricSignals, gating: boolean): MetricCheck {
  const info = infoOf({
    ...{ id: 'prometheus.up', source: scrapeSource, section: SECTION, gating },
    subject: 'Prometheus scrapes it',
    proves: 'Prometheus has a target that serves these metrics, and each such target is up.',
  });
  return checkOf(info, judgeTargets);
}

function queryChecks(query: DocumentedQuery, viaPrometheus: boolean): MetricCheck[] {
  const info = (what: string, subject: string, proves: string, gating: boolean): CheckInfo =>
    infoOf({
      id: `queries.${query.id}.${what}`,
      subject: `documented query ${query.id} ${subject}`,
      proves: `The documented query ${query.id} ${proves}`,
      source: query.source,
      section: SECTION,
      gating,
    });
  return [
    checkOf({ ...info('parses', 'is PromQL', 'is valid PromQL.', false), ofDocument: true as const }, (check, facts) =>
      judgeParses(check, query, facts),
    ),
    checkOf(
      info('returns', 'returns data', 'returns data from Prometheus after the load.', viaPrometheus),
      (check, facts) => judgeReturns(check, query, facts),
    ),
  ];
}

function judgeScraped(check: CheckInfo, { observed }: MetricFacts): Finding {
  const failed = observed.failedScrapes;
  return property(check, {
    samples: observed.atMs.length + failed.length,
    bad: failed.length,
    summary:
      failed.length === 0
        ? `${plural(observed.atMs.length, 'scrape')} answered`
        : `${plural(failed.length, 'scrape')} failed, of those that were kept`,
    evidence: failed.slice(0, SHOWN).map(({ atMs, reason }) => ({
      label: `${((atMs - (observed.atMs[0] ?? atMs)) / 1000).toFixed(1)} s after the first`,
      value: reason,
    })),
  });
}

function judgeCardinality(check: CheckInfo, { observed, signals }: MetricFacts): Finding {
  const limit = signals.maxSeriesPerMetric;
  const ranked = [...observed.families].sort((a, b) => b.seriesCount - a.seriesCount);
  const over = ranked.filter((family) => family.seriesCount > limit && hasGrown(family));
  const most = ranked[0];
  if (most === undefined) return lacking(check, 'no-data', 'no metric at all is exposed');
  return property(check, {
    samples: ranked.length,
    bad: over.length,
    summary:
      over.length === 0
        ? `${most.name} has most, ${countText(most.seriesCount)} series; at most ${countText(limit)} may grow with the load`
        : `${plural(over.length, 'metric')} with more than ${countText(limit)} series, and more with each request: is an id in a label?`,
    evidence: ranked
      .slice(0, SHOWN)
      .map(({ name, seriesCount }) => ({ label: name, value: `${countText(seriesCount)} series` })),
  });
}

/** A server with many routes has many series from its start, and only a few more when a route is used for the first time. */
const MOST_NEW = 100;

function hasGrown({ seriesCount, seriesBefore = 0 }: MetricFamily): boolean {
  return seriesCount - seriesBefore > MOST_NEW;
}

function judgeTargets(check: CheckInfo, { observed }: MetricFacts): Finding {
  if (observed.targets === null) return lacking(check, 'no-data', 'no Prometheus was asked');
  if (observed.targets.length === 0)
    return fact(check, false, { summary: 'Prometheus has no target that serves these metrics' });
  const down = observed.targets.filter(({ health }) => health !== 'up');
  return property(check, {
    samples: observed.targets.length,
    bad: down.length,
    summary:
      down.length === 0
        ? `${plural(observed.targets.length, 'target')} up`
        : `${countText(down.length)} of ${plural(observed.targets.length, 'target')} not up`,
    evidence: (down.length > 0 ? down : observed.targets)
      .slice(0, SHOWN)
      .map(({ job, instance, health, lastError }) => ({
        label: `job ${job}, ${instance}`,
        value: lastError === '' ? health : `${health}: ${lastError}`,
      })),
  });
}

function judgeParses(check: CheckInfo, query: DocumentedQuery, { observed }: MetricFacts): Finding {
  const seen = observed.queries.find(({ id }) => id === query.id);
  if (seen === undefined) return lacking(check, 'no-data', 'it was not looked at');
  return fact(check, seen.syntaxProblem === null, {
    summary: seen.syntaxProblem === null ? 'it is PromQL' : `the document's query is not PromQL: ${seen.syntaxProblem}`,
    evidence: [{ label: 'query', value: query.expr }],
  });
}

function judgeReturns(check: CheckInfo, query: DocumentedQuery, { observed }: MetricFacts): Finding {
  const seen = observed.queries.find(({ id }) => id === query.id);
  const evidence = [{ label: 'query', value: query.expr }];
  // A query that is not PromQL is a mistake of the document, and reported there.
  if (seen !== undefined && seen.syntaxProblem !== null) {
    return unasked(check, 'it is not PromQL', evidence);
  }
  if (seen === undefined || seen.answer === null) return lacking(check, 'no-data', 'no Prometheus was asked', evidence);
  if ('refused' in seen.answer)
    return fact(check, false, { summary: `Prometheus refuses it: ${seen.answer.refused}`, evidence });
  const { series } = seen.answer;
  if (series === 0 && query.mayBeEmpty)
    return property(check, { samples: 1, bad: 0, summary: 'returns nothing, as it may when nothing failed', evidence });
  return fact(check, series > 0, {
    summary: series > 0 ? `returns ${countText(series)} series` : 'returns nothing after the load',
    evidence,
  });
}

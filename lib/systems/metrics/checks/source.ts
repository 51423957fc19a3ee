/** The checks of where metrics come from: the form of the exposition, restarts, cardinality, Prometheus' targets, documented queries. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import type { UnavailableObservation } from '../../../core/observation.ts';
import type { JudgeInput } from '../../../core/run.ts';
import type { Source } from '../../../core/source.ts';
import { fact, lacking, property, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { DocumentedQuery, MetricSignals } from '../signals.ts';
import { infoOf, type MetricCheck, type MetricFacts, scrapeText } from './facts.ts';

const OURS: Source = { document: 'aragora-slo', section: 'docs/checks/metrics.md' };
const SHOWN = 5;

type Judge = (check: CheckInfo, facts: MetricFacts) => Finding;

/** What only the server itself shows gates where it is asked, and what only a Prometheus shows where that is. */
export function sourceChecks(signals: MetricSignals, sources: readonly string[]): MetricCheck[] {
  const viaPrometheus = sources.includes('prometheus');
  return [
    ...expositionChecks(signals, !viaPrometheus || sources.includes('direct')),
    checkOf(
      infoOf({
        id: 'exposition.scraped',
        subject: '/metrics answers under load',
        proves: '/metrics answers every scrape while the load runs.',
        source: OURS,
        section: SECTION,
        gating: false,
      }),
      judgeScraped,
    ),
    checkOf(
      infoOf({
        id: 'restarts',
        subject: 'the server ran through',
        proves: 'The server was not started again during the load.',
        source: OURS,
        section: SECTION,
      }),
      judgeRestarts,
    ),
    checkOf(
      infoOf({
        id: 'cardinality',
        subject: 'no metric grows too many series',
        proves: `No metric has more than ${countText(signals.maxSeriesPerMetric)} series.`,
        source: OURS,
        section: SECTION,
      }),
      judgeCardinality,
    ),
    checkOf(
      infoOf({
        id: 'prometheus.up',
        subject: 'Prometheus scrapes it',
        proves: 'Prometheus has a target that serves these metrics, and each such target is up.',
        source: signals.scrapeSource,
        section: SECTION,
        gating: viaPrometheus,
      }),
      judgeTargets,
    ),
    ...signals.queries.flatMap((query) => queryChecks(query, viaPrometheus)),
  ];
}

const SECTION = 'where-they-come-from';

/** A Prometheus hides what the server itself exposes. */
function expositionChecks({ endpointSource, scrapeSource }: MetricSignals, gating: boolean): MetricCheck[] {
  const check = (id: string, subject: string, proves: string, judge: Judge): MetricCheck => {
    const source = id === 'timestamps' ? scrapeSource : endpointSource;
    const info = infoOf({ id: `exposition.${id}`, subject, proves, source, section: SECTION, gating });
    return checkOf(info, (own, facts) =>
      facts.observed.source === 'direct'
        ? judge(own, facts)
        : lacking(own, 'no-data', 'Prometheus does not show the exposition itself'),
    );
  };
  const answers = check('answers', '/metrics is there', '/metrics answers with at least one metric.', judgeAnswers);
  return [
    {
      ...answers,
      without: (observation, input) => (observation === undefined ? null : judgeNoAnswer(answers, observation, input)),
    },
    check('parses', '/metrics is in Prometheus format', 'Prometheus can read every line of every scrape.', judgeSyntax),
    check(
      'content-type',
      '/metrics says its format',
      'The media type of /metrics is one that Prometheus 3 reads.',
      judgeContentType,
    ),
    check(
      'unique',
      'each series is there once',
      'No series is exposed twice, and the lines of each metric stand together.',
      judgeUnique,
    ),
    check(
      'timestamps',
      'samples are of their scrape',
      'No sample carries a time far from that of its scrape.',
      judgeStamps,
    ),
  ];
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
    checkOf(info('parses', 'is PromQL', 'is valid PromQL.', false), (check, facts) => judgeParses(check, query, facts)),
    checkOf(
      info('returns', 'returns data', 'returns data from Prometheus after the load.', viaPrometheus),
      (check, facts) => judgeReturns(check, query, facts),
    ),
  ];
}

function judgeAnswers(check: CheckInfo, { observed }: MetricFacts): Finding {
  const holds = !isEmpty(observed);
  return fact(check, holds, {
    summary: `${observed.url} answers ${holds ? 'with metrics' : 'without a single metric'}`,
  });
}

/** Neither a metric nor a line that is meant to be one. */
function isEmpty({ families, malformed }: MetricFacts['observed']): boolean {
  return families.length === 0 && malformed.length === 0;
}

const NOTHING_EXPOSED = 'not a single metric is exposed';

/**
 * That nothing answers at an address accuses nobody: it may be the wrong one, and what asks for credentials or is not found there may be
 * somewhere else. A server that we started ourselves is at its address, and one that says 5xx says itself that it failed.
 */
function judgeNoAnswer(check: CheckInfo, observation: UnavailableObservation, { plan }: JudgeInput): Finding | null {
  const { source, httpStatus, reason } = observation;
  const isItsOwn = httpStatus !== undefined && (plan.target.embedded || httpStatus >= 500);
  return source === 'direct' && isItsOwn ? fact(check, false, { summary: reason }) : null;
}

function judgeSyntax(check: CheckInfo, { observed }: MetricFacts): Finding {
  if (isEmpty(observed)) return lacking(check, 'no-data', NOTHING_EXPOSED);
  const broken = observed.malformed.filter(({ kind }) => kind === 'malformed');
  return property(check, {
    samples: observed.atMs.length,
    bad: broken.length,
    summary:
      broken.length === 0
        ? `all of ${plural(observed.atMs.length, 'scrape')} read without a broken line`
        : `${plural(broken.length, 'broken line')}, of those that were kept`,
    evidence: lines(broken),
  });
}

function judgeUnique(check: CheckInfo, { observed }: MetricFacts): Finding {
  if (observed.families.length === 0) return lacking(check, 'no-data', NOTHING_EXPOSED);
  const twice = observed.malformed.filter(({ kind }) => kind === 'duplicate' || kind === 'interleaved');
  return property(check, {
    samples: observed.atMs.length,
    bad: twice.length,
    summary:
      twice.length === 0
        ? `no series twice and no metric in pieces in ${plural(observed.atMs.length, 'scrape')}`
        : `${plural(twice.length, 'line')} that repeat a series or tear a metric apart`,
    evidence: lines(twice),
  });
}

function judgeStamps(check: CheckInfo, { observed }: MetricFacts): Finding {
  if (observed.families.length === 0) return lacking(check, 'no-data', NOTHING_EXPOSED);
  const misdated = observed.malformed.filter(({ kind }) => kind === 'misdated');
  return property(check, {
    samples: observed.atMs.length,
    bad: misdated.length,
    summary:
      misdated.length === 0
        ? `no sample has a time far from its scrape's in ${plural(observed.atMs.length, 'scrape')}`
        : `${plural(misdated.length, 'sample')} of another time than their scrape's, of those that were kept: Prometheus shows them to nobody, or drops them`,
    evidence: lines(misdated),
  });
}

function lines(problems: MetricFacts['observed']['malformed']) {
  return problems.slice(0, SHOWN).map(({ scrape, line, text, problem }) => ({
    label: `scrape ${scrape + 1}, line ${line}`,
    value: `${problem}: ${text}`,
  }));
}

/** What Prometheus 3 takes a text as: it goes by the media type alone, whatever the version (model/textparse of v3). */
const TEXT_FORMATS: readonly string[] = ['text/plain', 'application/openmetrics-text'];

function judgeContentType(check: CheckInfo, { observed }: MetricFacts): Finding {
  const { contentType } = observed;
  const [mediaType = ''] = contentType.toLowerCase().split(';');
  const known = TEXT_FORMATS.includes(mediaType.trim());
  const got = contentType.trim() === '' ? 'none' : contentType;
  return fact(check, known, {
    summary: known
      ? contentType
      : `expected ${TEXT_FORMATS.join(' or ')}, got ${got}: Prometheus 3 refuses what it can't tell`,
  });
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

function judgeRestarts(check: CheckInfo, { observed, restarts }: MetricFacts): Finding {
  return property(check, {
    samples: observed.atMs.length - 1,
    bad: restarts.length,
    summary:
      restarts.length === 0
        ? `the same process in ${plural(observed.atMs.length, 'scrape')}`
        : `started anew ${plural(restarts.length, 'time')} during the load: what it had counted is gone`,
    evidence: restarts.slice(0, SHOWN).map((scrape) => ({ label: 'seen', value: scrapeText(observed, scrape) })),
  });
}

function judgeCardinality(check: CheckInfo, { observed, signals }: MetricFacts): Finding {
  const limit = signals.maxSeriesPerMetric;
  const ranked = [...observed.families].sort((a, b) => b.seriesCount - a.seriesCount);
  const over = ranked.filter(({ seriesCount }) => seriesCount > limit);
  const most = ranked[0];
  if (most === undefined) return lacking(check, 'no-data', 'no metric at all is exposed');
  return property(check, {
    samples: ranked.length,
    bad: over.length,
    summary:
      over.length === 0
        ? `${most.name} has most, ${countText(most.seriesCount)} of at most ${countText(limit)} series`
        : `${plural(over.length, 'metric')} with more than ${countText(limit)} series: is an id in a label?`,
    evidence: ranked
      .slice(0, SHOWN)
      .map(({ name, seriesCount }) => ({ label: name, value: `${countText(seriesCount)} series` })),
  });
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
    summary: seen.syntaxProblem === null ? 'it is PromQL' : `the document's query is no PromQL: ${seen.syntaxProblem}`,
    evidence: [{ label: 'query', value: query.expr }],
  });
}

function judgeReturns(check: CheckInfo, query: DocumentedQuery, { observed }: MetricFacts): Finding {
  const seen = observed.queries.find(({ id }) => id === query.id);
  const evidence = [{ label: 'query', value: query.expr }];
  // What is no PromQL is the document's mistake, and told there.
  if (seen !== undefined && seen.syntaxProblem !== null) {
    return unasked(check, 'it is no PromQL', evidence);
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

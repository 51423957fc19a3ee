/** The checks of the exposition itself, which only the server shows: that it is there, and its form. */
import type { Finding } from '../../../core/finding.ts';
import { plural } from '../../../core/numbers.ts';
import type { UnavailableObservation } from '../../../core/observation.ts';
import type { JudgeInput } from '../../../core/run.ts';
import { above, below, boundsOf } from '../../bounds.ts';
import { fact, lacking, property } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { MetricSignals } from '../signals.ts';
import { infoOf, type MetricCheck, type MetricFacts } from './facts.ts';

const SHOWN = 5;

type Judge = (check: CheckInfo, facts: MetricFacts) => Finding;

/** A Prometheus hides what the server itself exposes. */
export function expositionChecks({ endpointSource, scrapeSource }: MetricSignals, gating: boolean): MetricCheck[] {
  const check = (id: string, subject: string, proves: string, judge: Judge): MetricCheck => {
    const source = id === 'timestamps' ? scrapeSource : endpointSource;
    const info = infoOf({ id: `exposition.${id}`, subject, proves, source, section: 'where-they-come-from', gating });
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
      without: (observation, input) => judgeNoAnswer(answers, observation, input),
    },
    check('parses', '/metrics is in Prometheus format', 'Prometheus can read every line of every scrape.', judgeSyntax),
    check(
      'content-type',
      '/metrics says its format',
      'The media type of /metrics is one that Prometheus 3 reads.',
      judgeContentType,
    ),
    {
      ...check(
        'unique',
        'each series is there once, and in its place',
        'No series is exposed twice, the lines of each metric are together, and buckets are in the order of their bounds.',
        judgeUnique,
      ),
      bounds: boundsOf({ every: 'metric' }, above('documents', 'count'), below('documents', 'relation')),
    },
    check(
      'timestamps',
      'samples have the time of their scrape',
      'No sample has a time far from that of its scrape, or one at which its value can not have been so.',
      judgeStamps,
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
 * If nothing answers at an address, nobody is blamed: the address may be wrong, and if it asks for credentials or is not found, the metrics
 * may be elsewhere. But a server that we started ourselves is at its address, and a server that answers 5xx says itself that it failed.
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
  const twice = observed.malformed.filter(
    ({ kind }) => kind === 'duplicate' || kind === 'interleaved' || kind === 'disordered',
  );
  return property(check, {
    samples: observed.atMs.length,
    bad: twice.length,
    summary:
      twice.length === 0
        ? `no series twice, no metric in pieces and no bucket out of order in ${plural(observed.atMs.length, 'scrape')}`
        : `${plural(twice.length, 'line')} that repeat a series, interrupt a metric or put a bucket out of order`,
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
        : `${plural(misdated.length, 'sample')} of another time than their scrape's, of those that were kept: Prometheus drops them, or shows them to nobody`,
    evidence: lines(misdated),
  });
}

function lines(problems: MetricFacts['observed']['malformed']) {
  return problems.slice(0, SHOWN).map(({ scrape, line, text, problem }) => ({
    label: `scrape ${scrape + 1}, line ${line}`,
    value: `${problem}: ${text}`,
  }));
}

/** How Prometheus 3 chooses the format: by the media type alone, whatever the version (model/textparse of v3). */
const TEXT_FORMATS: readonly string[] = ['text/plain', 'application/openmetrics-text'];

function judgeContentType(check: CheckInfo, { observed }: MetricFacts): Finding {
  const { contentType } = observed;
  const [mediaType = ''] = contentType.toLowerCase().split(';');
  const known = TEXT_FORMATS.includes(mediaType.trim());
  const got = contentType.trim() === '' ? 'none' : contentType;
  return fact(check, known, {
    summary: known
      ? contentType
      : `expected ${TEXT_FORMATS.join(' or ')}, got ${got}: Prometheus 3 refuses a media type that it does not know`,
  });
}

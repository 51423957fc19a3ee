/** The exposition for Prometheus, and the labels that ids leave behind. */
import { countText, plural } from '../../../core/numbers.ts';
import { fact, lacking, unasked } from '../../finding.ts';
import type { ProbesObserved } from '../observation.ts';
import { isGood, isHang, type MadeFor, probe, statusOf, undecidedBy, wordsOf } from './check.ts';

const SCRAPING = { document: 'observability-setup-guide.md', section: 'Prometheus Configuration' } as const;
const REQUEST_LABELS = { document: 'observability-setup-guide.md', section: 'Enabling Metrics' } as const;

const SHOWN = 3;

const accept = probe({
  name: 'accept',
  subject: 'Prometheus gets the same metrics',
  proves:
    'With the Accept header of Prometheus, /metrics has the same series with the same types and values as without.',
  source: SCRAPING,
  part: ({ expositions }) => expositions,
  judge: (check, { plain, prometheus, compared, malformed, lost, differing, retyped = [], isFresh }) => {
    if (!isGood(plain)) return lacking(check, 'inconclusive', `for a plain client: ${wordsOf(plain)}`);
    const obstacle = undecidedBy(prometheus);
    if (obstacle !== null) return lacking(check, 'inconclusive', `for Prometheus: ${obstacle}`);
    if (!isGood(prometheus)) {
      const summary = `for Prometheus ${wordsOf(prometheus)}`;
      return isHang(prometheus) ? lacking(check, 'inconclusive', summary) : fact(check, false, { summary });
    }
    if (malformed.length > 0)
      return fact(check, false, {
        summary: `Prometheus gets ${plural(malformed.length, 'line')} that it would refuse`,
        evidence: malformed.map((value) => ({ label: 'line', value })),
      });
    if (compared === 0) return lacking(check, 'no-data', 'no metric of aragora_ is exposed');
    if (lost.length > 0)
      return fact(check, false, { summary: `Prometheus does not get ${lost.slice(0, SHOWN).join(', ')}` });
    if (retyped.length > 0)
      return fact(check, false, { summary: `for Prometheus ${retyped.slice(0, SHOWN).join('; ')}` });
    if (differing.count === 0) return fact(check, true, { summary: `the same ${countText(compared)} samples` });
    const summary = `${plural(differing.count, 'sample')} of ${countText(compared)} differ`;
    const evidence = differing.examples.map((value) => ({ label: 'sample', value }));
    return isFresh
      ? fact(check, false, { summary, evidence })
      : unasked(check, `${summary}: one of them may be a copy that was kept`, evidence);
  },
});

const labelValues = probe({
  name: 'label-values',
  subject: 'labels of what does not exist',
  proves: 'Asking for a debate that does not exist adds no series to the metrics, and does not count as a success.',
  source: REQUEST_LABELS,
  part: ({ labels }) => labels,
  judge: (check, { ids, withId, grown, isNext = true, asSuccess = [] }, { observed, exclusive }) => {
    const bad = withId.count > 0 ? withId : grown;
    const evidence = bad.examples.map((value) => ({ label: 'series', value }));
    if (withId.count > 0)
      return fact(check, false, {
        summary: `${countText(withId.count)} series have one of ${countText(ids)} ids in a label`,
        evidence,
      });
    if (!isNext) return unasked(check, 'the two expositions may be of several replicas, or a copy that was kept');
    if (grown.count === 0 && asSuccess.length > 0 && wasRefused(observed)) {
      const summary = 'a debate that does not exist counts as a success';
      const series = asSuccess.map((value) => ({ label: 'series', value }));
      return exclusive
        ? fact(check, false, { summary, evidence: series })
        : unasked(check, `${summary}, unless others asked for one that does`, series);
    }
    if (grown.count === 0) return fact(check, true, { summary: `no series for any of ${countText(ids)} ids` });
    const summary = `${countText(grown.count)} new series when one more id was asked for`;
    return exclusive
      ? fact(check, false, { summary, evidence })
      : unasked(check, `${summary}, which others may have caused`, evidence);
  },
});

/** The debate that was asked for between the two expositions. */
function wasRefused({ unknown }: ProbesObserved): boolean {
  const last = unknown.at(-1);
  const status = last === undefined ? null : statusOf(last.answered);
  return status !== null && status >= 400 && status < 500;
}

export const METRIC_PROBES: readonly MadeFor[] = [accept, labelValues];

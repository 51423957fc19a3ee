/** The checks on how spans arrive: well-formed exports, no secret on the way. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { lacking, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import { DOCS, examples, infoOf, noneBad, type TraceCheck } from './check.ts';
import type { TracesView } from './view.ts';

export const SOURCE_CHECKS: readonly TraceCheck[] = [
  checkOf(
    infoOf({
      id: 'export',
      subject: 'trace export',
      proves: 'Every export request that reached the harness whole is well-formed OTLP.',
      source: DOCS,
      section: 'spans',
    }),
    wellFormed,
  ),
  checkOf(
    infoOf({
      id: 'secrets',
      subject: 'no secret in a span',
      proves: 'No secret that the load sent appears in a span, in any usual encoding.',
      source: DOCS,
      section: 'spans',
    }),
    secrets,
  ),
];

function wellFormed(check: CheckInfo, { observed }: TracesView): Finding {
  if (observed.exports === null) return unasked(check, 'exports go to a backend, which says nothing about them');
  const { requests, malformed, rejectedSpans, problems, cutOff = 0 } = observed.exports;
  const others = cutOff === 0 ? '' : `; ${countText(cutOff)} more broke off in the middle`;
  if (requests === 0) return lacking(check, 'no-data', `nothing was exported${others}`);
  return noneBad(check, {
    samples: requests,
    bad: malformed + rejectedSpans,
    good: `${plural(requests, 'export request')}, all well-formed${others}`,
    broken: `${plural(malformed, 'malformed export request')} and ${plural(rejectedSpans, 'malformed span')} in ${plural(requests, 'export request')}${others}`,
    evidence: problems.slice(0, 3).map((value) => ({ label: 'problem', value })),
  });
}

function secrets(check: CheckInfo, { observed }: TracesView): Finding {
  if (observed.spanCount === 0) return lacking(check, 'no-data', 'no span to look at');
  const { searched, count, examples: places } = observed.leaks;
  if (searched === 0) return unasked(check, 'the load sent no secret to search for');
  return noneBad(check, {
    samples: observed.spanCount,
    bad: count,
    good: `no secret that the load sent is in any of ${plural(observed.spanCount, 'span')}`,
    broken: `a secret that the load sent is in ${countText(count)} places`,
    evidence: examples('where', places),
  });
}

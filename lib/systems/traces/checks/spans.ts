/** The checks on spans alone: those of each documented span, the shape of a debate, parents, the tree, times, calls and the service. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { above, below, both, boundsOf } from '../../bounds.ts';
import { lacking } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { SpanSignals } from '../signals.ts';
import { CALLS_CHECK } from './calls.ts';
import { DOCS, examples, infoOf, noneBad, type TraceCheck } from './check.ts';
import { DEBATE_DURATION_CHECK } from './debates.ts';
import { documentedSpanChecks } from './documented-span.ts';
import { cutOff, entryOf } from './propagation.ts';
import { serviceCheck } from './service.ts';
import { debateShape } from './shape.ts';
import { TIMES_CHECK } from './times.ts';
import { TREE_CHECK } from './tree.ts';
import type { TracesView } from './view.ts';

export function spanChecks(contract: SpanSignals): TraceCheck[] {
  const [debateSource = DOCS] = contract.signals.flatMap(({ id, forms }) =>
    id === 'debate.run' ? forms.map(({ source }) => source) : [],
  );
  const service = contract.serviceName;
  const shape = infoOf({
    id: 'debate.shape',
    subject: 'shape of a debate',
    proves: 'In a debate, agent calls are children of rounds, rounds are children of debate.run, and none is missing.',
    source: debateSource,
    section: 'spans',
    bounds: [
      ...boundsOf(['debate.run', 'debate.round'], above('clients', 'count'), above('documents', 'content')),
      ...boundsOf(['debate.round', 'agent.call'], both('documents', 'relation')),
      ...boundsOf('agent.call', below('traces', 'count'), above('documents', 'content')),
      ...boundsOf('debate.round agent_count', above('traces', 'value')),
    ],
  });
  const parents = infoOf({
    id: 'orphans',
    subject: 'spans without their parent',
    proves: 'The parent of every span arrived.',
    source: DOCS,
    section: 'spans',
    bounds: [
      ...boundsOf({ every: 'span' }, both('traces', 'relation')),
      ...boundsOf(['http.request', 'debate.run', 'debate.round'], below('traces', 'exists', 'count')),
    ],
  });
  return [
    ...contract.signals.flatMap(documentedSpanChecks),
    checkOf(shape, debateShape),
    checkOf(parents, orphans),
    TREE_CHECK,
    TIMES_CHECK,
    DEBATE_DURATION_CHECK,
    CALLS_CHECK,
    serviceCheck(service),
  ];
}

function orphans(check: CheckInfo, view: TracesView): Finding {
  const samples = view.settled.reduce((sum, trace) => sum + trace.length, 0);
  if (samples === 0) return lacking(check, 'no-data', 'no settled trace to look at');
  // `traces.propagation` reports those whose caller was lost or confused.
  const entries = new Set(cutOff(view).map(({ span }) => entryOf(view, span)));
  const lost = view.settled
    .flatMap((trace) => view.orphansOf(trace))
    .filter((span) => view.isOwn(span) && !entries.has(span));
  return noneBad(check, {
    samples,
    bad: lost.length,
    good: `the parent of each of ${plural(samples, 'span')} arrived, in ${plural(view.settled.length, 'trace')}`,
    broken: `the parent of ${countText(lost.length)} of ${plural(samples, 'span')} never arrived, first: ${lost[0]?.name ?? ''}`,
    evidence: examples('traces', [...new Set(lost.map(({ traceId }) => traceId))]),
  });
}

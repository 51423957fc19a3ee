/** The check that what is refused is traced, too: who searches traces for failures finds none otherwise. */
import type { Finding } from '../../../core/finding.ts';
import { countText } from '../../../core/numbers.ts';
import { statusOf } from '../../answered.ts';
import { fact, lacking, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { Span } from '../observation.ts';
import { infoOf, type TraceCheck } from './check.ts';
import { total } from './propagation.ts';
import { numberIn, type TracesView } from './view.ts';

export const REFUSED_CHECK: TraceCheck = checkOf(
  infoOf({
    id: 'refused',
    subject: 'a refused request is traced',
    proves: 'A request for a debate that does not exist has its span, with the status of its answer.',
    source: { document: 'monitoring-setup-guide.md', section: 'Instrumented Components' },
    section: 'propagation-and-sampling',
  }),
  refused,
);

const NOT_FOUND = 404;

function refused(check: CheckInfo, view: TracesView): Finding {
  const { observed, mapping } = view;
  if (mapping !== null)
    return unasked(check, 'no document says which requests this release traces under its own names');
  if (observed.refused === undefined)
    return unasked(check, 'no request was answered with 404 under a trace id of its own');
  const { traceId, found, besideFound } = observed.refused;
  const evidence = [{ label: 'trace', value: traceId }];
  const [sent, recorded] = [total(observed.sampled, 'sent'), total(observed.sampled, 'found')];
  if (!besideFound) return unasked(check, 'a good request to the same path was not traced either', evidence);
  if (found) return ofStatus(check, view, evidence);
  if (recorded < sent || !observed.complete)
    return lacking(check, 'inconclusive', 'its trace did not arrive, and others did not either', evidence);
  const summary = `answered with 404, and never exported, although ${countText(sent)} good requests were, and one to the same path`;
  return fact(check, false, { summary, evidence });
}

function ofStatus(check: CheckInfo, view: TracesView, evidence: Finding['evidence']): Finding {
  const isOfRequest = (one: Span) => view.roleOf(one)?.signal === 'http.request';
  const all = view.observed.refused?.spans ?? [];
  const its = all.filter(isOfRequest);
  const areNamed = view.matched.some((one) => isOfRequest(one.span));
  // Without any span of requests, or where there was no room to keep these, another finding says so or nobody knows.
  if (its.length === 0 && areNamed && all.length > 0)
    return fact(check, false, { summary: 'answered with 404, and its trace has no span of the request', evidence });
  // A balancer may send a request again that a busy server refused: then one span says that, and the other one what clients saw.
  const said = its.map((span) => numberIn(view.attributeOf(span, 'status'))).filter((one) => typeof one === 'number');
  const isWrong = said.length > 0 && !said.includes(NOT_FOUND) && saysElsewhere(view);
  const summary = isWrong
    ? `answered with 404, and its span says ${said.join(' and ')}`
    : 'answered with 404, and its span is there';
  return fact(check, !isWrong, { summary, evidence });
}

/** Whether the spans of other requests say their status. Where they don't, another finding says so. */
function saysElsewhere(view: TracesView): boolean {
  return view.matched.some(
    ({ request, span }) =>
      numberIn(view.attributeOf(span, 'status')) === statusOf(request.outcome, request.endpoint, view.run.plan),
  );
}

/** The observed system `traces`: the spans that the server exports, received here or read from a backend, compared with guides and clients. */
import type { Observation } from '../../core/observation.ts';
import { collectedOf, evidenceOf, onRun } from '../evidence.ts';
import type { ReportNotes, System } from '../system.ts';
import type { TraceBackendInfo } from './backends.ts';
import { TRACE_CHECKLIST } from './checklist.ts';
import { backendChecks } from './checks/backends.ts';
import { PAGE } from './checks/check.ts';
import { HISTOGRAMS_CHECK } from './checks/histograms.ts';
import { REFUSED_CHECK } from './checks/refused.ts';
import { REQUEST_CHECKS } from './checks/requests.ts';
import { samplingChecks } from './checks/sampling.ts';
import { SOURCE_CHECKS } from './checks/sources.ts';
import { spanChecks } from './checks/spans.ts';
import { tracesView } from './checks/view.ts';
import { coveredSpans, UNBOUNDED_SPANS } from './covered.ts';
import { foreignTraced, tracedUnclear } from './foreign.ts';
import { traceImplications } from './implications.ts';
import type { TracesObserved } from './observation.ts';
import { TRACES_OPTIONS } from './options.ts';
import { tracePromises } from './promises.ts';
import type { TracePromises } from './signals.ts';

/** @param backends the list may grow later, so it is read each time. @param more what else the system has, for example its observer. */
export function tracesSystem<More extends object>(
  backends: readonly TraceBackendInfo[],
  more: More,
): System<TracePromises> & More {
  return {
    ...more,
    id: 'traces',
    title: 'Traces',
    page: PAGE,
    get options() {
      return [...TRACES_OPTIONS, ...backends.flatMap(({ brings = [] }) => brings)];
    },
    get sources() {
      return [DIRECT, ...backends];
    },
    unobserved: { status: 'unavailable', summary: 'no traces were collected; the load ended before they could be' },
    promises: tracePromises,
    checks: ({ promises: { contract, mapping }, exclusive }) => {
      const checks = [
        ...spanChecks(contract),
        ...REQUEST_CHECKS,
        HISTOGRAMS_CHECK,
        ...samplingChecks(contract, exclusive),
        REFUSED_CHECK,
        ...SOURCE_CHECKS,
        ...backends.flatMap((backend) => backendChecks(contract, backend)),
      ];
      return onRun(checks, (input) =>
        tracesView(collectedOf<TracesObserved>(input, 'traces'), { contract, mapping, exclusive }, input),
      );
    },
    checklist: TRACE_CHECKLIST,
    notes: (observations) => notesOf(observations, backends),
    signals: coveredSpans,
    foreign: foreignTraced,
    unclear: (observation, input) => tracedUnclear(observation as TracesObserved, input),
    unbounded: UNBOUNDED_SPANS,
    implications: traceImplications,
  };
}

const DIRECT = { id: 'direct', title: 'OTLP from the server', options: ['otlpPort', 'otlpGrpcPort'] };

/** Links to the backend from which the traces were read; if they came directly, why there are no links. */
function notesOf(observations: readonly Observation[], backends: readonly TraceBackendInfo[]): ReportNotes {
  const traces = evidenceOf<Observation>(observations, 'traces');
  if (traces?.status !== 'collected') return {};
  if (traces.source === DIRECT.id) return { note: unlinked(backends) };
  const path = backends.find(({ id }) => id === traces.source)?.tracePath;
  const isLink = traces.url !== undefined && /^https?:\/\//.test(traces.url);
  return path === undefined || !isLink ? {} : { traceUrl: `${traces.url?.replace(/\/+$/, '')}${path}` };
}

function unlinked(backends: readonly TraceBackendInfo[]): string {
  const linking = backends.filter(({ tracePath }) => tracePath !== undefined).map(({ usage }) => usage);
  const straight =
    'These traces were received directly from the server, so a trace id can be copied, but there is no page to link it to; look it up where you keep traces.';
  return linking.length === 0
    ? straight
    : `${straight} With ${linking.join(' or ')} alone they are read from there, and the ids are links.`;
}

/** What a failure of one check on traces does to others: without spans, or with spans under other ids or another time, nothing can be matched. */
import type { JudgeInput } from '../../core/run.ts';
import { type Implication, lacksEvidence, type SeenTogether } from '../causes.ts';
import { evidenceOf } from '../evidence.ts';
import type { Looked } from '../system.ts';
import { AGENT_LATENCY, histogramsWithout, REQUEST_DURATION } from './checks/histograms.ts';
import { isClockOff } from './checks/requests.ts';
import { type TracesView, tracesView } from './checks/view.ts';
import type { TracesObservation } from './observation.ts';
import type { TracePromises } from './signals.ts';

/** Every request has to make one. */
const REQUEST = 'http.request';
/** Checks of another system that need spans. */
const NEED_SPANS: readonly string[] = ['logs.clock', 'logs.durations', 'logs.traces-exist'];

export function traceImplications({
  promises: { contract, mapping },
  exclusive,
}: Looked<TracePromises>): Implication[] {
  const views = new WeakMap<JudgeInput, TracesView>();
  const viewOf = (input: JudgeInput): TracesView | null => {
    const observed = evidenceOf<TracesObservation>(input.observations, 'traces');
    if (observed?.status !== 'collected') return null;
    const view = views.get(input) ?? tracesView(observed, { contract, mapping, exclusive }, input);
    views.set(input, view);
    return view;
  };
  const when = (cause: string, explains: (view: TracesView, seen: SeenTogether) => boolean): Implication => ({
    cause: `traces.${cause}`,
    explains: (seen) => {
      const view = isAboutSpans(seen) ? viewOf(seen.input) : null;
      return view !== null && explains(view, seen);
    },
  });
  return [
    { cause: 'traces.export', explains: (seen) => isAboutSpans(seen) && viewOf(seen.input) === null },
    {
      cause: `traces.spans.${REQUEST}.present`,
      explains: (seen) => (isAboutSpans(seen) || isPresence(seen)) && viewOf(seen.input)?.observed.spanCount === 0,
    },
    when('export', ({ observed }) => observed.spanCount === 0),
    when(
      'propagation',
      ({ observed, matched }) => matched.length === 0 && observed.sampled.every(({ found }) => found === 0),
    ),
    when(
      `spans.${REQUEST}.present`,
      ({ matched }, { follower }) => matched.length === 0 && OF_REQUESTS.includes(follower.id),
    ),
    ...contract.signals.map(({ id }) =>
      when(`spans.${id}.present`, (view, { follower }) => {
        const isNowhere = view.countOf(id, 'documented') + view.countOf(id, 'mapped') === 0;
        return isNowhere && follower.id === `traces.spans.${id}.attributes`;
      }),
    ),
    ...histogramImplications(viewOf),
    when('clock', (view, { follower }) => isClockOff(view) && BY_TIME.includes(follower.id)),
    when('sampling.ratio', (_, { follower }) => follower.id === 'traces.sampling.even'),
  ];
}

/** Spans and clients contradict the same histogram. */
function histogramImplications(viewOf: (input: JudgeInput) => TracesView | null): Implication[] {
  return HISTOGRAMS.flatMap(([metric, short]) =>
    ['consistent', 'mean', 'percentiles', 'moves'].map((what) => ({
      cause: `metrics.${short}.${what}`,
      explains: ({ cause, follower, input }) => {
        if (cause.status !== 'fail' || follower.id !== 'traces.histograms') return false;
        const view = viewOf(input);
        const without = view === null ? [] : [...histogramsWithout(view)];
        return without.length === 1 && without[0] === metric;
      },
    })),
  );
}

const HISTOGRAMS = [
  [REQUEST_DURATION, 'request_duration_seconds'],
  [AGENT_LATENCY, 'agent_latency_seconds'],
] as const;
const OF_REQUESTS: readonly string[] = ['traces.duration', 'traces.status', 'traces.clock'];
const BY_TIME: readonly string[] = ['traces.sampling.ratio', 'traces.sampling.even', 'logs.clock'];

/** Where not a single span arrived, each kind of span is missing. */
function isPresence({ follower: { id } }: SeenTogether): boolean {
  return /^traces\.spans\..+\.present$/.test(id);
}

/** Needs spans, and lacks them. */
function isAboutSpans({ follower }: SeenTogether): boolean {
  return lacksEvidence(follower) && (follower.system === 'traces' || NEED_SPANS.includes(follower.id));
}

/** The breaks of when spans start and end, and of their status. Data only. */
import { lies, type TracesBreak } from './faults.ts';

const LONGER = { kind: 'span-times', span: 'agent.call', startMs: 0, endMs: 2000 } as const;

export const TIME_BREAKS: readonly TracesBreak[] = [
  lies('traces.query-late', 'traces.times', 'database queries are 400 ms later than the request that waits for them', {
    kind: 'span-times',
    span: 'db.query',
    startMs: 400,
    endMs: 400,
  }),
  lies('traces.agent-calls-short', 'traces.debate.duration', 'agent calls last a thousandth of their time', {
    kind: 'span-shortened',
    span: 'agent.call',
    share: 0.001,
  }),
  lies(
    'traces.agent-calls-as-long-as-rounds',
    'traces.histograms',
    'the call of each agent lasts as long as its round',
    {
      kind: 'span-lengthened',
      span: 'agent.call',
      leastMs: 300,
    },
  ),
  lies('traces.begun-short', 'logs.durations', 'spans of traces that the server begins last a tenth of their time', {
    kind: 'begun-lasting',
    times: 0.1,
  }),
  lies(
    'traces.begun-long',
    'traces.duration',
    'spans of traces that the server begins last a hundred times their time',
    {
      kind: 'begun-lasting',
      times: 100,
    },
  ),
  lies(
    'traces.begun-failed',
    'traces.status',
    'traces that the server begins have error status, although nothing failed',
    {
      kind: 'begun-saying',
      attributes: {},
      isError: true,
    },
  ),
  lies('traces.duration.too-long', 'traces.duration', 'request spans end 300 ms after the answer', {
    kind: 'span-times',
    span: 'http.request',
    startMs: 0,
    endMs: 300,
  }),
  lies('traces.duration.negative', 'traces.duration', 'request spans end before they start', {
    kind: 'span-ends-first',
    span: 'http.request',
  }),
  lies('traces.duration.zero', 'traces.duration', 'every request span ends when it begins', {
    kind: 'span-timeless',
    span: 'http.request',
  }),
  lies('traces.clock.one-of-three', 'traces.clock', 'one server of three has a clock that is half a minute slow', {
    kind: 'span-times',
    span: 'all',
    startMs: -30_000,
    endMs: -30_000,
    every: 3,
  }),
  lies('traces.clock.ahead', 'traces.clock', 'the clock of the spans is half a minute fast', {
    kind: 'span-times',
    span: 'all',
    startMs: 30_000,
    endMs: 30_000,
  }),
  lies('traces.clock.behind', 'traces.clock', 'the clock of the spans is half a minute slow', {
    kind: 'span-times',
    span: 'all',
    startMs: -30_000,
    endMs: -30_000,
  }),
  {
    ...lies('traces.status.unset', 'traces.status', 'spans of requests that got 503 have no error status', {
      kind: 'span-status',
      span: 'http.request',
      status: 'unset',
    }),
    patch: { http: [{ kind: 'status', status: 503, route: 'debates-list', pick: { share: 0.5 } }] },
  },
  lies('traces.status.parts', 'traces.status', 'every database query has error status, although nothing failed', {
    kind: 'span-status',
    span: 'db.query',
    status: 'error',
  }),
  {
    ...lies(
      'traces.histograms',
      'traces.histograms',
      'spans of a debate last 2 s longer than the histogram says',
      LONGER,
    ),
    faults: ['debate.run', 'debate.round', 'agent.call'].map((span) => ({ ...LONGER, span })),
  },
  lies('traces.status.always-error', 'traces.status', 'spans of good requests have error status', {
    kind: 'span-status',
    span: 'http.request',
    status: 'error',
  }),
];

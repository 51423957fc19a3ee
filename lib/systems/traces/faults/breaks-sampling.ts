/** The breaks of which traces are continued, recorded and exported, and with which secrets. Data only. */
import { lies, type TracesBreak } from './faults.ts';

const contexts: readonly TracesBreak[] = [
  lies('traces.propagation.trace-lost', 'traces.propagation', 'an incoming traceparent is not continued', {
    kind: 'trace-lost',
  }),
  lies('traces.propagation.parent-lost', 'traces.propagation', "the trace id is continued without its caller's span", {
    kind: 'parent-lost',
  }),
  lies('traces.sampling-50', 'traces.sampling.ratio', 'half of the traces are recorded instead of a tenth', {
    kind: 'sampling-ratio',
    ratio: 0.5,
  }),
  lies('traces.sampling-100', 'traces.sampling.ratio', 'every trace is recorded instead of a tenth', {
    kind: 'sampling-ratio',
    ratio: 1,
  }),
  lies('traces.sampling-0', 'traces.sampling.ratio', 'no trace is recorded unless its caller asks for it', {
    kind: 'sampling-ratio',
    ratio: 0,
  }),
  lies(
    'traces.sampling-uneven',
    'traces.sampling.even',
    'no trace begins at the health, but more at the list of debates',
    { kind: 'begun-elsewhere', path: '/api/health', instead: '/api/debates' },
  ),
  lies('traces.flag-ignored', 'traces.sampling.flag-unset', 'traces are recorded though their flag says not to', {
    kind: 'unset-flag-ignored',
  }),
  lies(
    'traces.set-flag-ignored',
    'traces.sampling.flag-set',
    'half of the traces whose flag asks for it are not recorded',
    { kind: 'set-flag-ignored', share: 0.5 },
  ),
  lies('traces.lost', 'traces.sampling.flag-set', 'one continued trace in four is never exported', {
    kind: 'traces-lost',
    every: 4,
  }),
];

const refusals: readonly TracesBreak[] = [
  lies('traces.refused.lost', 'traces.refused', 'the spans of requests that are refused are never exported', {
    kind: 'refused-lost',
  }),
  lies('traces.refused.as-good', 'traces.refused', 'the spans of requests that are refused say 200', {
    kind: 'refused-as-good',
  }),
];

const exported: readonly TracesBreak[] = [
  lies(
    'traces.export.no-trace-id',
    'traces.export',
    'besides each database query a span without a trace id is exported',
    { kind: 'span-invalid', span: 'db.query' },
  ),
  lies('traces.token-leaked', 'traces.secrets', 'the Authorization header is an attribute', {
    kind: 'header-leaked',
    header: 'authorization',
  }),
  lies('traces.cookie-encoded', 'traces.secrets', 'an attribute has the Cookie header in base64', {
    kind: 'header-leaked',
    header: 'cookie',
    encoded: true,
  }),
  lies('traces.cookie-leaked', 'traces.secrets', 'the Cookie header is an attribute', {
    kind: 'header-leaked',
    header: 'cookie',
  }),
];

export const SAMPLING_BREAKS: readonly TracesBreak[] = [...contexts, ...refusals, ...exported];

/** How a user says where the server's traces are. */
import { port, text, url } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';

const group = 'Traces';

export const TRACES_OPTIONS = [
  { name: 'otlpPort', kind: port, value: '<number>', text: 'receive its traces here: OTLP over HTTP', group },
  { name: 'otlpGrpcPort', kind: port, value: '<number>', text: 'receive its traces here: OTLP over gRPC', group },
  {
    name: 'otlpHost',
    kind: text,
    value: '<address>',
    text: 'the address that both ports listen at',
    usual: '127.0.0.1',
    group,
  },
  { name: 'jaeger', kind: url, value: '<url>', text: 'a Jaeger that has its traces', group, credentials: true },
] as const satisfies readonly OptionSpec[];

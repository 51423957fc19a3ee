/** How a user says where the server's metrics are. */
import { text, url } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';

const group = 'Metrics';

export const PROMETHEUS = {
  name: 'prometheus',
  kind: url,
  value: '<url>',
  text: 'a Prometheus that scrapes the server, asked instead of it',
  group,
  credentials: true,
} as const satisfies OptionSpec;

export const METRICS_OPTIONS = [
  {
    name: 'metrics',
    kind: url,
    value: '<url>',
    text: "address of the server's metrics",
    usual: '/metrics of the target',
    group,
    credentials: true,
  },
  PROMETHEUS,
  {
    name: 'prometheusJob',
    kind: text,
    value: '<name>',
    text: "the server's job in Prometheus",
    usual: 'found by its address',
    group,
  },
] as const satisfies readonly OptionSpec[];

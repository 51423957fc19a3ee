/** How a user says where the external monitors' records are. */
import { url } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';

const group = 'Status page';

export const STATUS_OPTIONS = [
  {
    name: 'blackbox',
    kind: url,
    value: '<url>',
    text: 'a Prometheus that keeps what blackbox_exporter probed',
    group,
    credentials: true,
  },
  {
    name: 'uptimeKuma',
    kind: url,
    value: '<url>',
    text: "Uptime Kuma's status page, https://HOST/status/NAME; with its API key as password, /metrics is read for the monitors' URLs",
    group,
    credentials: true,
  },
] as const satisfies readonly OptionSpec[];

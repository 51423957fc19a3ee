/** How a user says where Grafana is. Its token is in ARAGORA_SLO_GRAFANA_TOKEN, as that of any backend. */
import { url } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';

export const GRAFANA_OPTIONS = [
  {
    name: 'grafana',
    kind: url,
    value: '<url>',
    text: 'the Grafana that shows it: its health, and whether the documented dashboards load',
    group: 'Grafana',
    credentials: true,
    embedded: true,
  },
] as const satisfies readonly OptionSpec[];

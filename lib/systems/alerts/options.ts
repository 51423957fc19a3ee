/** How a user says that the documented alerts are drilled after the load. */
import { onOff } from '../../options/kinds.ts';
import type { OptionSpec } from '../../options/spec.ts';

export const ALERTS_OPTIONS = [
  {
    name: 'alerts',
    kind: onOff,
    text: 'drill the documented alerts after the load, on a reference server of their own',
    group: 'Alerts',
    embedded: true,
  },
] as const satisfies readonly OptionSpec[];

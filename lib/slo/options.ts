/** The options of the command `slo rules`. */
import { CA, CONTRACT, TARGET } from '../config/options.ts';
import { onOff, path } from '../options/kinds.ts';
import type { OptionSpec, OptionValues } from '../options/spec.ts';
import { PROMETHEUS } from '../systems/metrics/options.ts';

const names = 'Metrics and labels';
const group = 'Options';

export const SLO_RULES_OPTIONS = [
  { ...CONTRACT, usual: 'documented', group: names, from: 'flag' },
  {
    ...TARGET,
    text: 'a server: its /metrics show which buckets it has',
    usual: 'the documented buckets',
    group: names,
    from: 'flag',
  },
  {
    name: 'metrics',
    kind: path,
    value: '<file>',
    text: 'the same, of a saved answer of /metrics',
    group: names,
    from: 'flag',
  },
  { ...PROMETHEUS, text: 'the same, of a Prometheus that scrapes it', group: names, from: 'flag' },
  { ...CA, group: names, from: 'flag' },
  {
    name: 'skipDead',
    kind: onOff,
    text: 'leave out alerts that can never fire; without it they are refused',
    group,
    default: false,
    from: 'flag',
  },
  {
    name: 'out',
    kind: path,
    value: '<file>',
    text: 'write it into this file, a new one or one that was written so',
    usual: 'standard output',
    group,
    from: 'flag',
  },
] as const satisfies readonly OptionSpec[];

export type SloRulesValues = OptionValues<typeof SLO_RULES_OPTIONS>;

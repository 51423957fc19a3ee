/** The options of the commands `rules` and `dashboards`. */
import { CA, CONTRACT, TARGET } from '../config/options.ts';
import { onOff, path } from '../options/kinds.ts';
import type { OptionSpec, OptionValues } from '../options/spec.ts';
import { GRAFANA_OPTIONS } from '../systems/grafana/options.ts';
import { PROMETHEUS } from '../systems/metrics/options.ts';

const group = 'What it is judged against';

export const RULES_OPTIONS = [
  { ...TARGET, text: 'the server: its /metrics', usual: 'what the documents list', group, from: 'flag' },
  { name: 'metrics', kind: path, value: '<file>', text: 'a saved answer of /metrics', group, from: 'flag' },
  { ...PROMETHEUS, text: 'a Prometheus: all that it stores', group, from: 'flag' },
  { ...CONTRACT, text: 'without any of them: the names of this release', usual: 'documented', group, from: 'flag' },
  {
    name: 'scrapeConfig',
    kind: path,
    value: '<file>',
    text: 'its prometheus.yml: jobs, labels and intervals',
    group,
    from: 'flag',
  },
  { ...CA, group, from: 'flag' },
  { name: 'json', kind: onOff, text: 'as JSON, for programs', group: 'Options', default: false, from: 'flag' },
] as const satisfies readonly OptionSpec[];

const [GRAFANA] = GRAFANA_OPTIONS;

/** Dashboards can also be those that a Grafana has. */
export const DASHBOARDS_OPTIONS = [
  {
    ...GRAFANA,
    text: 'a Grafana: its dashboards where no file is named, and what its Prometheus stores',
    group,
    from: 'flag',
  },
  ...RULES_OPTIONS,
] as const satisfies readonly OptionSpec[];

/** `grafana` is one of `dashboards` alone. */
export type RulesValues = OptionValues<typeof DASHBOARDS_OPTIONS>;

/** A break of one metric: its name and the name of its finding begin with that of the metric. */
import { lies, type MetricsBreak, type MetricsFault, type ValueChange } from './faults.ts';

export interface Lie {
  /** Without `aragora_`. */
  readonly metric: string;
  readonly name: string;
  /** Which finding of the metric. */
  readonly about: string;
  readonly description: string;
}

export function lie({ metric, name, about, description }: Lie, fault: MetricsFault): MetricsBreak {
  return lies(`metrics.${metric}.${name}`, `metrics.${metric}.${about}`, description, fault);
}

/** @param suffix of the samples that change; all of the metric's without it. */
export function valued(said: Lie, by: ValueChange, suffix?: '_sum' | '_count'): MetricsBreak {
  const metric = `aragora_${said.metric}`;
  return lie(said, { kind: 'value-changed', metric, by, ...(suffix === undefined ? {} : { suffix }) });
}

/** Named breaks of the stack around a server: each makes one finding of a run fail that no break of the server makes fail. Data. */

export interface StackBreak {
  /** Begins with `stack.` and the part that it breaks. */
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** Id of the finding that must fail. */
  readonly finding: string;
}

export const PROMETHEUS_ELSEWHERE: StackBreak = {
  name: 'stack.prometheus.elsewhere',
  description: 'Prometheus scrapes another address than the server has.',
  finding: 'metrics.prometheus.up',
};

export const LOKI_SILENT: StackBreak = {
  name: 'stack.loki.silent',
  description: 'Nobody brings the log to Loki.',
  finding: 'logs.loki.ingested',
};

export const STACK_BREAKS: readonly StackBreak[] = [PROMETHEUS_ELSEWHERE, LOKI_SILENT];

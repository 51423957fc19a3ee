/** Named breaks of the stack around a server: each makes one finding of a run fail that no break of the server makes fail. Data. */

export interface StackBreak {
  /** Begins with `stack.` and the part that it breaks. */
  readonly name: string;
  /** What is wrong, and what follows from it. */
  readonly description: string;
  /** Id of the finding that must fail. */
  readonly finding: string;
}

export const LOKI_SILENT: StackBreak = {
  name: 'stack.loki.silent',
  description: 'Nobody brings the log to Loki. So it finds no line by its trace id either (`logs.loki.trace-ids`).',
  finding: 'logs.loki.ingested',
};

export const STACK_BREAKS: readonly StackBreak[] = [LOKI_SILENT];

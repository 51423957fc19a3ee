/** The options that break something on purpose in a run. */
import { text } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';

const RUN = 'This run alone';

export const FAULT = {
  name: 'fault',
  kind: text,
  value: '<name|file...>',
  text: 'the load three times: calm, with this fault, calm again (docs/faults.md)',
  group: RUN,
  from: 'flag',
} as const satisfies OptionSpec;

export const FAULT_COMMAND = {
  name: 'faultCommand',
  kind: text,
  value: '<program>',
  text: 'breaks your own server: run without a shell, with "begin" or "end", and the name of the fault',
  group: RUN,
  from: 'flag',
} as const satisfies OptionSpec;

/** The options that break something on purpose in a run. */
import { AGENT_IMAGE } from '../core/pod-fault.ts';
import { matching, text } from '../options/kinds.ts';
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

const SERVICE = 'the name of a Service, or NAME.NAMESPACE (small letters, digits and -)';

/** Who is broken in a cluster, and by what. */
export const POD_FAULT_OPTIONS = [
  {
    name: 'faultService',
    kind: matching(SERVICE, /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$/),
    value: '<name>',
    text: 'Service whose pods a fault of pods breaks, NAME or NAME.NAMESPACE (docs/faults.md)',
    usual: 'the one that --target names, if it ends in .svc',
    group: RUN,
    from: 'flag',
  },
  {
    name: 'agentImage',
    kind: text,
    value: '<image>',
    text: "image of xk6-disruptor's agent",
    usual: AGENT_IMAGE,
    group: RUN,
    from: 'flag',
  },
] as const satisfies readonly OptionSpec[];

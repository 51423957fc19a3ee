/** Rows of the table of options (options.ts): how many engines make the load, and where. */
import { matching, onOff, text, wholeNumber } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';

const SERVER = 'Server and load';
const CLUSTER = 'Kubernetes';

/** Of one load: each record of each of them comes here. */
const MOST_RUNNERS = 1000;

export const RUNNERS = {
  name: 'runners',
  kind: wholeNumber(1, MOST_RUNNERS),
  value: '<number>',
  text: 'share the load among so many engines; one verdict over all',
  usual: '1',
  group: SERVER,
} as const satisfies OptionSpec;

export const KUBERNETES = {
  name: 'kubernetes',
  kind: onOff,
  text: 'run the engines in a cluster: pods of k6-operator where it is there, else Jobs',
  group: CLUSTER,
  default: false,
} as const satisfies OptionSpec;

/** Where in the cluster, and what runs there. */
export const CLUSTER_OPTIONS = [
  {
    name: 'context',
    kind: text,
    value: '<name>',
    text: 'context of the kubeconfig',
    usual: 'its current one',
    group: CLUSTER,
  },
  {
    name: 'namespace',
    kind: matching('the name of a namespace (small letters, digits and -)', /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/),
    value: '<name>',
    text: 'namespace of the pods',
    usual: 'that of the context',
    group: CLUSTER,
  },
  {
    name: 'engineImage',
    kind: text,
    value: '<image>',
    text: 'image with the load engine, built by deploy/Dockerfile',
    group: CLUSTER,
  },
] as const satisfies readonly OptionSpec[];

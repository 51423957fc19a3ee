/** All named breaks of the traces. Data only. */
import { SAMPLING_BREAKS } from './breaks-sampling.ts';
import { SPAN_BREAKS } from './breaks-spans.ts';
import { TIME_BREAKS } from './breaks-times.ts';
import { TREE_BREAKS } from './breaks-tree.ts';
import type { TracesBreak } from './faults.ts';

export const TRACE_BREAKS: readonly TracesBreak[] = [
  ...SPAN_BREAKS,
  ...TREE_BREAKS,
  ...TIME_BREAKS,
  ...SAMPLING_BREAKS,
];

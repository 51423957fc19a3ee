/** The trace backends that a team may run, as far as their checks and reports need to know them. A new one is one more row. */
import type { SystemSource } from '../system.ts';

export interface TraceBackendInfo extends SystemSource {
  /** Whether it shows which services call which. */
  readonly hasServiceMap: boolean;
  /** Where it shows one trace, after its own address; `{traceId}` stands for the id. Absent where there is no such page. */
  readonly tracePath?: string;
}

export const DOCUMENTED_TRACE_BACKENDS: readonly TraceBackendInfo[] = [
  { id: 'jaeger', title: 'Jaeger', options: ['jaeger'], hasServiceMap: true, tracePath: '/trace/{traceId}' },
];

/** How a user names it, e.g. `--jaeger URL`. */
export function optionOf({ options }: Pick<TraceBackendInfo, 'options'>): string {
  return options.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} URL`).join(' or ');
}

/** What checks and reports need to know about a trace backend, apart from its API (observe/backend.ts). */
import type { SystemSource } from '../system.ts';

export interface TraceBackendInfo extends SystemSource {
  /** How it is named on the command line, for a hint: `--jaeger URL`. */
  readonly usage: string;
  /** Where it shows one trace, after its own address; `{traceId}` stands for the id. Absent if there is no such page. */
  readonly tracePath?: string;
}

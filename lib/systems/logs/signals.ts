/** The words for promises about log lines. */
import type { Source } from '../../core/source.ts';

/** `timestamp`: ISO 8601 in UTC, ending in Z. `name`: a string that is not empty. `from-one`: a whole number from 1 on. `trace-id`: 32 lower-case hexadecimal digits, not all zero (W3C Trace Context). */
export type LogFieldType = 'timestamp' | 'name' | 'string' | 'integer' | 'from-one' | 'trace-id';

export interface LogField {
  readonly name: string;
  readonly type: LogFieldType;
  /** Whether every line must have it, or only those that have something to put there. */
  readonly required: boolean;
  /** It names the request, so that no two requests have the same. */
  readonly ofRequest?: boolean;
  /** Whether it says where in the source a line was written. */
  readonly ofSource?: boolean;
  readonly source: Source;
}

export interface LogSignals {
  readonly fields: readonly LogField[];
  readonly levels: {
    /** As written in a line. */
    readonly documented: readonly string[];
    /** Of those, the ones that a production log should not have. */
    readonly notInProduction: readonly string[];
    /** Of those, the ones that say that something failed, and those that say at least that something was unusual. Absent in old plans. */
    readonly ofFailure?: readonly string[];
    readonly ofTrouble?: readonly string[];
    readonly source: Source;
  };
  /** The field with the trace id, and the one with the time. */
  readonly traceIdField: string;
  readonly timestampField: string;
  readonly levelField: string;
  /** Documented field → the release's own, as its team says; absent: as documented. */
  readonly ownNames?: Readonly<Record<string, string>>;
  readonly traceIdSource: Source;
  /** Where it is promised that a collector labels lines with their level. */
  readonly labelSource: Source;
}

/** What a plan says about logs. */
export interface LogPromises {
  readonly signals: LogSignals;
}

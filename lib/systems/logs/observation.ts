/** What is observed of a log: counts over its lines, and the first few lines with a problem. */
import type { TimeForm } from '../../core/iso-time.ts';
import type { Unavailable } from '../../core/observation.ts';

export interface LogLineProblem {
  /** Counted from 1 at the start of the observation. */
  readonly line: number;
  /** The line's beginning, with secrets replaced. */
  readonly text: string;
  readonly problem: string;
}

/** How many lines, and the first few of them. */
export interface LogProblems {
  readonly count: number;
  readonly examples: readonly LogLineProblem[];
}

/** A line that marks an extreme of time. */
export interface LogMoment {
  /** Unix ms, as the line says. */
  readonly atMs: number;
  readonly line: number;
  readonly text: string;
}

/** What the log says of one request that is looked up in traces, too. */
export interface LoggedRequest {
  readonly traceId: string;
  /** Lines with its trace id. */
  readonly lines: number;
  /** Their levels, each once. */
  readonly levels: readonly string[];
  /** Unix ms of the first and the last of them that has a readable time; null where none has. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The message of its first line with the level of a failure. Absent without one, and in observations of older versions. */
  readonly error?: string;
  /** Unix ms of the last line that says two of its method, path and status. Absent in observations of older versions; null without one. */
  readonly requestMs?: number | null;
  /** The most lines of one place in the source with one message that say the same method, path and status. Absent in observations of older versions. */
  readonly answers?: number;
  /**
   * What its lines say of it, in fields that no document names but servers write; as text, each value once, the first few. Observations of
   * older versions lack some.
   */
  readonly said: Readonly<Partial<Record<SaidField, readonly string[]>>>;
}

/**
 * `debateId`: in any line; `debate` and `agentCount`: in lines that have both a debate and a number of agents; `otherLevel`: a second level
 * that is not the line's own, in lines about a request.
 */
export type SaidField =
  | 'method'
  | 'path'
  | 'status'
  | 'durationMs'
  | 'debateId'
  | 'debate'
  | 'agentCount'
  | 'otherLevel';

/** Requests in lines whose trace ids the load did not send. */
export interface Strangers {
  /** Of all such trace ids, the share (0–1) that was kept. */
  readonly share: number;
  /** Those of them of which a line says a path. */
  readonly requests: readonly LoggedRequest[];
}

/** Lines of the load's requests, and how many different values they have in each field that says where in the source a line was written. */
export interface LogPlaces {
  readonly lines: number;
  readonly values: Readonly<Record<string, number>>;
  /** Lines that name another function than an earlier one of the same logger, module, line and message. Absent in observations of older versions. */
  readonly elsewhere?: number;
}

/** Lines with the level of a failure; the text of an example is the line's message. */
export interface LogErrors {
  /** With the trace id of a request of the load, by its journey. */
  readonly ofLoad: Readonly<Record<string, LogProblems>>;
  /** Written while the load ran, with another trace id or none. */
  readonly besides: LogProblems;
  /** How many more are without a readable time, so that nobody knows whether they were written then. */
  readonly undated: number;
}

/** Whether a field names the request. */
export interface LogVariety {
  /** Requests of the load, by their trace ids, in lines with the field. */
  readonly traces: number;
  /** Of them, those with a name that a request before them had. Absent in observations of older versions. */
  readonly shared?: number;
}

/** What stands in a field that no document names; each figure is a number of lines. */
export interface OtherField {
  /** That have the field. */
  readonly lines: number;
  /** Of them, those in which it is a trace id that the load sent, a documented level, or a time (ISO 8601). */
  readonly sent: number;
  readonly levels: number;
  readonly times: number;
}

/** What only a backend knows. */
export interface LogBackendFacts {
  /** What it was asked for, so that a person can ask again. */
  readonly query: string;
  /** Lines by the label `level` under which they are stored: the line's own level, another one, none. null if the backend has no labels. */
  readonly levelLabel: { readonly same: number; readonly other: LogProblems; readonly none: LogProblems } | null;
  /** Searches for single trace ids: ms from the end of the load to the first success; null when there was none within `deadlineMs`. */
  readonly lookups: readonly { readonly traceId: string; readonly foundAfterMs: number | null }[];
  readonly deadlineMs: number;
}

export interface LogsObserved {
  readonly kind: 'logs';
  readonly status: 'collected';
  readonly source: string;
  /** Which log, for a person: a path, `the target's stdout`, a URL. */
  readonly from: string;
  /** Lines between these Unix ms were looked at. */
  readonly window: { readonly fromMs: number; readonly toMs: number };
  /** Lines that are not blank. */
  readonly lines: number;
  /** Lines too long to be kept whole: the part that was cut was not checked. */
  readonly cut: LogProblems;
  /** false when there were more lines than are read from a backend. */
  readonly complete: boolean;
  /** How often the file was replaced or emptied meanwhile. */
  readonly rotations: number;
  /** Lines that are not a JSON object. */
  readonly notJson: LogProblems;
  /**
   * For each documented field, over the lines that are JSON objects: in how many it is missing, in how many it has the wrong type, and the
   * first few of either.
   */
  readonly fields: Readonly<
    Record<
      string,
      {
        readonly present: number;
        readonly missing: number;
        readonly wrong: number;
        /** Of the wrong ones, those that are times, by how they say their zone. Absent without any. */
        readonly forms?: Readonly<Partial<Record<TimeForm, number>>>;
        readonly examples: readonly LogLineProblem[];
      }
    >
  >;
  /** Lines by level, as written; the fifty most frequent. */
  readonly levels: Readonly<Record<string, number>>;
  /** null without a line that has a readable time. */
  readonly times: {
    readonly earliest: LogMoment;
    readonly latest: LogMoment;
    /** The line that lies furthest before the latest of those above it; null when none does. */
    readonly furthestBack: (LogMoment & { readonly backMs: number }) | null;
  } | null;
  /**
   * Of the trace ids that the load sent: how many appeared in a line, and a few that did not. `linesOfOwn`: lines with one of them,
   * `linesOfOthers`: lines with another trace id. `untraced`: arrivals that sent none. Observations of older versions lack some.
   */
  readonly traceIds: {
    readonly sent: number;
    readonly found: number;
    readonly missing: readonly string[];
    readonly linesOfOthers: number;
    readonly linesOfOwn?: number;
    readonly untraced?: number;
    /** How long after the end of the load they were waited for, and the most that they would have been. */
    readonly waitedMs: number;
    readonly deadlineMs: number;
  };
  /** Looked-up requests that have a line. Absent in observations of older versions, as are the six below. */
  readonly requests?: readonly LoggedRequest[];
  readonly strangers?: Strangers;
  readonly places?: LogPlaces;
  /** Lines that are there twice: the same text with the same trace id. */
  readonly twins?: LogProblems;
  /** Objects in which a name stands twice. */
  readonly namedTwice?: LogProblems;
  /** Lines about a path that the request with their trace id did not ask for. */
  readonly ofOthers?: LogProblems;
  /** Absent in observations of older versions. */
  readonly errors?: LogErrors;
  /** The first few, by name. Absent in observations of older versions. */
  readonly otherFields?: Readonly<Record<string, OtherField>>;
  /** For each field that names the request. */
  readonly varieties?: Readonly<Record<string, LogVariety>>;
  /** Debates by the requests with whose trace id a line is about the debate itself. Absent in observations of older versions. */
  readonly debates?: LogVariety;
  /** Those of the looked-up requests whose trace id appeared in a line. */
  readonly seenTraceIds: readonly string[];
  /** Lines with the canary or the token, and how many secrets were searched for; too short ones would be found by chance. */
  readonly leaks: LogProblems & { readonly searched: number; readonly tooShort: number };
  /** null for a log that was read directly. */
  readonly backend: LogBackendFacts | null;
}
export type LogsObservation = LogsObserved | Unavailable<'logs'>;

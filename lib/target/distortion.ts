/** What can be changed in the target's own telemetry and in single answers on their way out, and how several such changes become one. A healthy target changes nothing. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Exposition, Metrics } from './metrics.ts';
import type { Report } from './reports.ts';
import type { SignInSteps } from './sign-in.ts';
import type { OutgoingSpan } from './span-edits.ts';
import type { TaskSteps } from './tasks.ts';
import type { Sampling, Tracing } from './tracing.ts';

export interface OutgoingAnswer {
  readonly status: number;
  readonly body: string;
}

export interface IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bodyBytes: number;
  /** How long its connection had been idle; 0 for the first request of a connection. */
  readonly idleMs: number;
}

export interface Recipient {
  /** The place of the client among those of the same debate, from 0; null for a frame that is not about a debate. */
  readonly place: number | null;
  /** How long the client had been connected when it first said something. */
  readonly silentMs: number;
}

/** An absent part changes nothing. A part may remember what it saw, so make a new distortion for each target. */
export interface Distortion {
  /** Changes an exposition before it is sent. */
  readonly exposition?: (right: Exposition) => Exposition;
  /** Changes a span before it is exported; returns what is exported instead. */
  readonly span?: (span: OutgoingSpan) => readonly OutgoingSpan[];
  /** Changes a log line, without its line end; returns the lines that are written instead. */
  readonly line?: (line: string) => readonly string[];
  /** Changes what is counted and timed. */
  readonly counting?: (metrics: Metrics) => Metrics;
  /** Changes the parents of spans, which are decided when spans begin. */
  readonly tracing?: (tracing: Tracing) => Tracing;
  readonly sampling?: Sampling;
  /** Sees the headers of each request; returns further attributes of its span. */
  readonly onRequest?: (headers: IncomingHttpHeaders) => Readonly<Record<string, string>>;
  /** Changes an answer before it is sent; null: the request is never answered. */
  readonly answer?: (right: OutgoingAnswer, asked: IncomingRequest) => OutgoingAnswer | null;
  /** Changes what is reported to Sentry before it is sent; `headers` are of the request that it is about. null: it is not sent. */
  readonly report?: (right: Report, headers: IncomingHttpHeaders) => Report | null;
  /** Share (0–1) of the requests that are reported to Sentry as transactions. */
  readonly reportedShare?: number;
  /** Changes a frame before it is sent to one client; null: it is not sent. */
  readonly frame?: (right: string, to: Recipient) => string | null;
  /** Changes what the scheduler does to tasks in Redis. */
  readonly tasks?: (right: TaskSteps) => TaskSteps;
  /** Changes what the server decides and says during a sign-in. */
  readonly signIn?: (right: SignInSteps) => SignInSteps;
  /** The header, in lower case, from which a log line's `request_id` is taken, instead of `x-request-id`. */
  readonly requestIdHeader?: string;
}

/** All of them as one; each gets what those before it made. */
export function combined(all: readonly Distortion[]): Distortion {
  const expositions = all.flatMap(({ exposition }) => exposition ?? []);
  const spans = all.flatMap(({ span }) => span ?? []);
  const lines = all.flatMap(({ line }) => line ?? []);
  const countings = all.flatMap(({ counting }) => counting ?? []);
  const tracings = all.flatMap(({ tracing }) => tracing ?? []);
  const samplings = all.flatMap(({ sampling }) => sampling ?? []);
  const onRequests = all.flatMap(({ onRequest }) => onRequest ?? []);
  const answers = all.flatMap(({ answer }) => answer ?? []);
  const frames = all.flatMap(({ frame }) => frame ?? []);
  const reports = all.flatMap(({ report }) => report ?? []);
  const reportedShare = all.findLast((one) => one.reportedShare !== undefined)?.reportedShare;
  const tasks = all.flatMap((one) => one.tasks ?? []);
  const signIns = all.flatMap(({ signIn }) => signIn ?? []);
  const requestIdHeader = all.findLast((one) => one.requestIdHeader !== undefined)?.requestIdHeader;
  return {
    ...(expositions.length > 0 && { exposition: inTurn(expositions) }),
    ...(spans.length > 0 && { span: spread(spans) }),
    ...(lines.length > 0 && { line: spread(lines) }),
    ...(countings.length > 0 && { counting: inTurn(countings) }),
    ...(tracings.length > 0 && { tracing: inTurn(tracings) }),
    ...(samplings.length > 0 && { sampling: Object.assign({}, ...samplings) as Sampling }),
    ...(onRequests.length > 0 && {
      onRequest: (headers) => Object.assign({}, ...onRequests.map((see) => see(headers))),
    }),
    ...(answers.length > 0 && { answer: unlessGone(answers) }),
    ...(frames.length > 0 && { frame: unlessGone(frames) }),
    ...(reports.length > 0 && { report: unlessGone(reports) }),
    ...(reportedShare !== undefined && { reportedShare }),
    ...(tasks.length > 0 && { tasks: inTurn(tasks) }),
    ...(signIns.length > 0 && { signIn: inTurn(signIns) }),
    ...(requestIdHeader !== undefined && { requestIdHeader }),
  };
}

function inTurn<T>(changes: readonly ((before: T) => T)[]): (before: T) => T {
  return (before) => changes.reduce((value, change) => change(value), before);
}

function spread<T>(changes: readonly ((one: T) => readonly T[])[]): (one: T) => readonly T[] {
  return (one) => changes.reduce<readonly T[]>((some, change) => some.flatMap(change), [one]);
}

function unlessGone<T, About>(
  changes: readonly ((before: T, about: About) => T | null)[],
): (before: T, about: About) => T | null {
  return (before, about) =>
    changes.reduce<T | null>((value, change) => (value === null ? null : change(value, about)), before);
}

/** What arrived at Sentry. No secret and no personal data is in it: of what should not be there, only the place is kept. */
import type { Unavailable } from '../../core/observation.ts';

/** What became of the error that the harness provoked. */
export type Provoked =
  | { readonly unasked: string }
  | {
      readonly path: string;
      /** Of the answer; null when none came. */
      readonly status: number | null;
      /** After how long the report arrived; null: not within the deadline. */
      readonly arrivedMs: number | null;
      readonly deadlineMs: number;
      /** Other errors that arrived after it was provoked. */
      readonly others: number;
    };

/** How many reports hold something, and the places of the first few, for example `request.headers.Authorization`. */
export interface Places {
  readonly reports: number;
  readonly examples: readonly string[];
}

export interface Transactions {
  /** About HTTP requests. */
  readonly http: number;
  /** Those that name the load's clients in their headers; null: none of them shows who asked. */
  readonly ofLoad: number | null;
  /** The most frequent names. */
  readonly names: readonly { readonly name: string; readonly count: number }[];
  /** Sample rates that the sender says it has. */
  readonly saidRates: readonly string[];
  /** Transactions that the sender says it threw away, and not because of its sample rate. */
  readonly lost: number;
}

export interface SentryObserved {
  readonly kind: 'sentry';
  readonly status: 'collected';
  /** `direct`: the harness was the Sentry. `api`: a Sentry was read, and only the error that was provoked is looked at. */
  readonly source: 'direct' | 'api';
  readonly url: string;
  /** The server was started by the harness, which told it where to report. */
  readonly embedded: boolean;
  readonly provoked: Provoked;
  /** Requests to the receiver; those that were no envelope, and what was wrong with the first few; those that were too many to be read. */
  readonly envelopes: {
    readonly requests: number;
    readonly malformed: number;
    readonly problems: readonly string[];
    readonly unread: number;
  };
  readonly errors: number;
  /** Types of the errors, the most frequent first. */
  readonly errorTypes: readonly { readonly name: string; readonly count: number }[];
  readonly transactions: Transactions;
  /** HTTP requests that the load sent. */
  readonly requests: number;
  readonly environment: {
    /** null: nobody said which one it has to be. */
    readonly expected: string | null;
    readonly seen: readonly { readonly name: string; readonly count: number }[];
    /** Reports that name none. */
    readonly without: number;
  };
  readonly release: {
    readonly seen: readonly { readonly name: string; readonly count: number }[];
    readonly without: number;
  };
  /** Whether requests with the header Authorization were sent. */
  readonly sentAuthorization: boolean;
  readonly authorization: Places;
  readonly cookie: Places;
  readonly email: Places;
  readonly secrets: Places & { readonly searched: number; readonly tooShort: number };
}

export type SentryObservation = SentryObserved | Unavailable<'sentry'>;

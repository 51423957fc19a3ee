/** What was seen of signing in. No state, code or token is in it: each is a secret while it counts. */
import type { Unavailable } from '../../core/observation.ts';

/** What an answer to a browser means. */
export const OUTCOMES = ['at-provider', 'signed-in', 'refused', 'broken', 'limited', 'unclear', 'silent'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Answered {
  readonly outcome: Outcome;
  /** For a person, for example `answers 400`. */
  readonly words: string;
}

/** What was not asked, and why. */
export interface Untried {
  readonly untried: string;
}

/** Where a sign-in begins. */
export interface StartSeen extends Answered {
  /** null: no answer came. */
  readonly status: number | null;
  /** Host of the provider to which the browser is sent; null: to none. */
  readonly host: string | null;
  /** Parameters that a provider needs, and that are not there. */
  readonly lacks: readonly string[];
}

/** States that were given, in the order of the starts. */
export interface StatesSeen {
  readonly given: number;
  /** Starts that led to the provider without a state. */
  readonly without: number;
  /** The fewest characters in which two of them differ; null: fewer than two. */
  readonly leastDiffering: number | null;
}

/** What became of a sign-in that was to end at an address of somebody else. */
export interface ForeignRedirect extends Answered {
  readonly to: string;
  /** The browser, or what it would sign in with, was sent there. */
  readonly sentThere: boolean;
}

/** A sign-in at a provider that needs no person, and what the server makes of wrong states: each comes with a code that is good. */
export interface FlowSeen {
  readonly callback: Answered;
  readonly withoutState: Answered;
  readonly madeUpState: Answered;
  readonly usedState: Answered;
  readonly expiredState: Answered | Untried;
}

export interface SignInSeen {
  readonly provider: string;
  readonly start: StartSeen;
  readonly states: StatesSeen;
  readonly redirects: readonly ForeignRedirect[];
  /** The provider says that the user did not sign in. */
  readonly providerError: Answered;
  readonly flow: FlowSeen | Untried;
}

export interface OAuthObserved {
  readonly kind: 'oauth';
  readonly status: 'collected';
  readonly source: 'direct';
  readonly url: string;
  /** Those that the run looks for. */
  readonly expected: readonly string[];
  readonly httpStatus: number;
  /** Their ids; null where the answer has no list of them. */
  readonly providers: readonly string[] | null;
  /** Of those that are expected and named. */
  readonly signIns: readonly SignInSeen[];
  /** Answers of the sign-in that were searched for what no browser may see, or no log. */
  readonly searched: number;
  /** Where it stood, for example `access_token in the query to which … redirects`. */
  readonly leaks: readonly string[];
}

export type OAuthObservation = OAuthObserved | Unavailable<'oauth'>;

export const PROVIDERS_PATH = '/api/auth/oauth/providers';

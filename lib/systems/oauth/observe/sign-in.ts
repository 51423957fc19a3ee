/** Tries the sign-in by one provider: as far as a browser gets without a person, and to its end where a stand-in provider was named. */
import { setTimeout as sleep } from 'node:timers/promises';
import { leastOf } from '../../../core/extent.ts';
import type {
  Answered,
  FlowSeen,
  ForeignRedirect,
  SignInSeen,
  StartSeen,
  StatesSeen,
  Untried,
} from '../observation.ts';
import type { Browser, Seen } from './browser.ts';

/** A sign-in that was begun, and when. */
export interface Begun {
  readonly seen: Seen;
  readonly atMs: number;
}

export interface Trying {
  readonly browser: Browser;
  readonly provider: string;
  /** Begun before the load: it may have expired. */
  readonly early: Begun;
  /** The stand-in provider; undefined: a person is needed to sign in. */
  readonly standIn: URL | undefined;
  readonly stateTtlSec: number | undefined;
  /** Of the server. */
  readonly host: string;
  readonly signal: AbortSignal;
}

/** Nobody waits longer for a state to expire. */
const MOST_WAIT_MS = 60_000;
/** Clocks may differ, and a time may be rounded. */
const SURELY_EXPIRED_MS = 1500;
const NEEDED = ['client_id', 'redirect_uri', 'state'];
/** Belongs to nobody (RFC 2606). */
const FOREIGN = 'aragora-slo.example';

export const startPath = (provider: string): string => `/api/auth/oauth/${encodeURIComponent(provider)}`;

/** Throws only the signal's reason. */
export async function trySignIn(trying: Trying): Promise<SignInSeen> {
  const { browser, provider, early, standIn } = trying;
  const start = await browser.ask(startPath(provider));
  const atStandIn = standIn !== undefined && isAt(start.location, standIn);
  const error = 'error=access_denied&error_description=aragora-slo+did+not+sign+in';
  const flow = atStandIn ? await finish(trying, start) : { untried: whyNot(trying, start) };
  const redirects: ForeignRedirect[] = [];
  for (const to of foreignAddresses(trying.host)) redirects.push(await redirectTo(to, trying));
  const providerError = await browser.ask(`${startPath(provider)}/callback?${error}`);
  return {
    provider,
    start: startSeen(start),
    states: statesIn([early.seen, start]),
    redirects,
    providerError: plain(providerError),
    flow,
  };
}

const plain = ({ outcome, words }: Answered): Answered => ({ outcome, words });

function startSeen(seen: Seen): StartSeen {
  const { location } = seen;
  const lacks = location === null ? [] : NEEDED.filter((name) => !location.searchParams.has(name));
  // What a state is for is said by the finding about states.
  return {
    ...plain(seen),
    status: seen.status,
    host: location?.host ?? null,
    lacks: lacks.filter((name) => name !== 'state'),
  };
}

function whyNot({ standIn }: Trying, { location }: Seen): string {
  if (standIn === undefined)
    return 'a person has to sign in: --oauth-provider names a stand-in provider that needs none';
  const where = location === null ? 'nowhere' : `at ${location.host}`;
  return `the sign-in begins ${where}, not at the provider that --oauth-provider names (${standIn.host})`;
}

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

function isAt(location: URL | null, standIn: URL): boolean {
  if (location === null || location.port !== standIn.port) return false;
  return (
    location.hostname === standIn.hostname || (LOOPBACK.test(location.hostname) && LOOPBACK.test(standIn.hostname))
  );
}

/** Each state comes with a good code of its own, so that nothing but the state can be the reason to refuse it. */
async function finish(trying: Trying, { location, cookie }: Seen): Promise<FlowSeen | Untried> {
  const { browser } = trying;
  if (location === null) return { untried: 'the sign-in does not begin' };
  const withState = async (state: string | null): Promise<Answered> => {
    const authorize = new URL(location);
    if (state === null) authorize.searchParams.delete('state');
    else authorize.searchParams.set('state', state);
    return plain(await browser.signInAt(authorize, cookie));
  };
  const state = location.searchParams.get('state') ?? '';
  // First: it may not be good for long.
  const callback = plain(await browser.signInAt(location, cookie));
  const usedState = plain(await browser.signInAt(location, cookie));
  const withoutState = await withState(null);
  const madeUpState = await withState(madeUp(state));
  return { callback, withoutState, madeUpState, usedState, expiredState: await expired(trying) };
}

/** Of the same form: each letter and digit is another one. */
function madeUp(state: string): string {
  const next: Readonly<Record<string, string>> = { z: 'a', Z: 'A', '9': '0' };
  return state === ''
    ? 'a-state-that-was-never-given'
    : state.replace(/[a-z0-9]/gi, (char) => next[char] ?? String.fromCharCode(char.charCodeAt(0) + 1));
}

async function expired({ browser, early, stateTtlSec, signal }: Trying): Promise<Answered | Untried> {
  if (stateTtlSec === undefined) return { untried: '--oauth-state-ttl says how long a sign-in can be finished' };
  const { location, cookie } = early.seen;
  if (location === null) return { untried: 'no sign-in was begun before the load' };
  const waitMs = early.atMs + stateTtlSec * 1000 + SURELY_EXPIRED_MS - Date.now();
  if (waitMs > MOST_WAIT_MS)
    return { untried: `a sign-in can be finished for ${stateTtlSec} s, and the run ended long before that` };
  if (waitMs > 0) await sleep(waitMs, undefined, { signal });
  return plain(await browser.signInAt(location, cookie));
}

/** Another host, and two that only look like an allowed one. */
function foreignAddresses(host: string): string[] {
  return [`https://${FOREIGN}/`, `https://${host}.${FOREIGN}/`, `https://${host}@${FOREIGN}/`];
}

async function redirectTo(to: string, { browser, provider, standIn }: Trying): Promise<ForeignRedirect> {
  const started = await browser.ask(`${startPath(provider)}?redirect_url=${encodeURIComponent(to)}`);
  const isForeign = ({ location }: Seen): boolean => location?.hostname.endsWith(FOREIGN) ?? false;
  if (standIn === undefined || !isAt(started.location, standIn) || started.location === null)
    return { ...plain(started), to, sentThere: isForeign(started) };
  const ended = await browser.signInAt(started.location, started.cookie);
  return { ...plain(ended), to, sentThere: isForeign(ended) };
}

function statesIn(starts: readonly Seen[]): StatesSeen {
  const begun = starts.flatMap(({ outcome, location }) =>
    outcome === 'at-provider' && location !== null ? [location] : [],
  );
  const states = begun.flatMap(({ searchParams }) => searchParams.get('state') || []);
  const differing = states.flatMap((a, at) => states.slice(at + 1).map((b) => differences(a, b)));
  return {
    given: states.length,
    without: begun.length - states.length,
    leastDiffering: differing.length === 0 ? null : leastOf(differing),
  };
}

function differences(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  return Array.from({ length: longest }, (_, at) => a[at] !== b[at]).filter(Boolean).length;
}

/** The checks for which somebody has to sign in: only a stand-in provider can show them. */
import type { CheckInfo } from '../../system.ts';
import { checkOf } from '../../system.ts';
import type { Answered, FlowSeen, OAuthObserved, SignInSeen } from '../observation.ts';
import { infoOf, judgeEach, METRICS, type OAuthCheck, undecided, type Word } from './check.ts';

const CALLBACK = infoOf({
  id: 'callback',
  subject: 'the callback signs in',
  proves: 'Who has signed in at the provider is signed in at the server.',
  source: METRICS,
});

const KNOWN = infoOf({
  id: 'state-known',
  subject: 'no foreign state',
  proves: 'A callback without a state, or with one that the server never gave, is refused, although its code is good.',
  source: METRICS,
});

const ONCE = infoOf({
  id: 'state-once',
  subject: 'a state counts once',
  proves: 'A callback with a state that was used already is refused, although its code is good.',
  source: METRICS,
});

const EXPIRY = infoOf({
  id: 'state-expiry',
  subject: 'a state expires',
  proves: 'A callback with a state that is too old is refused, although its code is good.',
  source: METRICS,
});

type OfFlow = (flow: FlowSeen, signIn: SignInSeen) => Word;

function flowCheck(info: CheckInfo, wordOf: OfFlow): OAuthCheck {
  return checkOf(info, (check, observed: OAuthObserved) =>
    judgeEach(check, observed, (signIn) =>
      'untried' in signIn.flow ? { unasked: signIn.flow.untried } : wordOf(signIn.flow, signIn),
    ),
  );
}

function callbackWord({ callback }: FlowSeen, { states }: SignInSeen): Word {
  const open = undecided(callback, 'the callback');
  if (open !== null) return open;
  if (callback.outcome === 'signed-in') return { good: `the callback ${callback.words}` };
  if (states.without > 0) return { open: 'a sign-in begins without a state, so none comes back' };
  const words = `the callback ${callback.words} to a good code and state`;
  return callback.outcome === 'unclear' ? { open: `${words}: nobody knows whether that signs in` } : { bad: words };
}

/** A refusal shows something only where a good state is not refused. */
function refusalWord({ callback }: FlowSeen, answered: Answered, what: string): Word {
  if (answered.outcome === 'signed-in') return { bad: `a callback with ${what} signs in (${answered.words})` };
  const open = undecided(answered, `a callback with ${what}`);
  if (open !== null) return open;
  if (callback.outcome !== 'signed-in') return { open: `a good state does not sign in either: it ${callback.words}` };
  if (answered.outcome === 'refused') return { good: `${what} is refused` };
  return { open: `a callback with ${what} ${answered.words}` };
}

function knownWord(flow: FlowSeen): Word {
  const words = [
    refusalWord(flow, flow.withoutState, 'no state'),
    refusalWord(flow, flow.madeUpState, 'a made-up state'),
  ];
  const worst = words.find((word) => 'bad' in word) ?? words.find((word) => 'open' in word);
  return worst ?? { good: 'no state and a made-up one are refused' };
}

/** Where any state will do, that is one mistake, and the finding about foreign ones has it. */
const ANY_STATE: Word = { open: 'the server accepts states that it never gave' };
const isAny = ({ madeUpState }: FlowSeen): boolean => madeUpState.outcome === 'signed-in';

function onceWord(flow: FlowSeen): Word {
  return isAny(flow) ? ANY_STATE : refusalWord(flow, flow.usedState, 'a used state');
}

function expiryWord(flow: FlowSeen, { states }: SignInSeen): Word {
  if ('untried' in flow.expiredState) return { unasked: flow.expiredState.untried };
  if (isAny(flow)) return ANY_STATE;
  // It was given again since, so it is not old.
  if (states.leastDiffering === 0) return { open: 'two sign-ins have the same state' };
  return refusalWord(flow, flow.expiredState, 'an expired state');
}

export const FLOW_CHECKS: readonly OAuthCheck[] = [
  flowCheck(CALLBACK, callbackWord),
  flowCheck(KNOWN, knownWord),
  flowCheck(ONCE, onceWord),
  flowCheck(EXPIRY, expiryWord),
];

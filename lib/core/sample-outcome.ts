/**
 * Every way in which a sample of the load can end: one closed table. Scenarios record its members, and all code that must distinguish
 * outcomes asks it. So a new member says everything about itself here.
 */

/** What one outcome means. */
export interface SampleOutcomeFacts {
  /** Plain words for a person. */
  readonly words: string;
  /** Whether the request (or message) reached the server. */
  readonly reached: 'yes' | 'no' | 'unknown';
  /** The HTTP status of a whole answer; null where there was none, or where the sample is not an HTTP request. */
  readonly status: number | null;
  /** The answer began and did not end: the server may have counted the request or not, under any status. */
  readonly cutShort: boolean;
  /** Which rule of the server's refused the request, however well it could have answered; null: none that is known. */
  readonly refusedBy: 'access' | 'rate' | 'later' | null;
  /** The client stopped waiting. A client that itself stood still gives up although the answer is there. */
  readonly gaveUp: boolean;
  /** Nothing whole came of the server: this is also what a dead server or a broken line shows. */
  readonly lost: boolean;
  /** An answer, but not in the form of the server's good ones: something in front of it may have given it. */
  readonly foreign: boolean;
}

const PLAIN = {
  status: null,
  cutShort: false,
  gaveUp: false,
  refusedBy: null,
  lost: false,
  foreign: false,
} as const;

/** Nothing was sent. */
const unsent = (words: string) => ({ words, reached: 'no', ...PLAIN, lost: true }) as const;
/** Something may have been sent. */
const unsure = (words: string) => ({ words, reached: 'unknown', ...PLAIN, lost: true }) as const;
/** The answer has a good status (200 stands for it, see lib/systems/answered.ts), but its content is wrong. */
const wrongAnswer = (words: string) => ({ words, reached: 'yes', ...PLAIN, status: 200 }) as const;
/** Seen on a WebSocket, where there is no single HTTP answer. */
const onSocket = (words: string) => ({ words, reached: 'yes', ...PLAIN }) as const;
/** A WebSocket that the server no longer keeps. */
const lostOnSocket = (words: string) => ({ ...onSocket(words), lost: true }) as const;

export const SAMPLE_OUTCOMES = {
  ok: { words: 'as promised', reached: 'yes', ...PLAIN, status: 200 },

  // On the way to an answer.
  timeout: { ...unsure('no answer in the time that the client waits'), gaveUp: true },
  refused: unsent('the connection was refused'),
  reset: unsure('the connection was reset'),
  dns: unsent('the host name did not resolve'),
  tcp: unsure('the connection failed'),
  tls: unsent('the TLS handshake failed'),
  'broken-answer': { words: 'the answer began and did not end', reached: 'yes', ...PLAIN, cutShort: true, lost: true },

  'answer-too-large': {
    words: 'the answer was larger than a client reads',
    reached: 'yes',
    ...PLAIN,
    cutShort: true,
  },

  // A wrong answer.
  'empty-body': wrongAnswer('answered without a body'),
  'not-json': wrongAnswer('answered something that is not JSON'),
  'wrong-answer': wrongAnswer('succeeded, and answered something else than what was asked for'),
  'not-healthy': wrongAnswer('answered a status other than "healthy"'),
  'no-list': wrongAnswer('answered without a list of debates'),
  'no-convergence': wrongAnswer('answered nothing about the consensus of the debate'),
  'success-false': wrongAnswer('answered that no debate was started'),
  'no-debate': wrongAnswer('no debate was started, or there is none to ask about'),
  'debate-again': wrongAnswer('answered with a debate that was started before'),

  // A good answer whose content contradicts itself, or what else is known.
  'not-json-type': wrongAnswer('sent JSON, and called it something else'),
  'secret-shown': wrongAnswer('showed a secret that clients had sent in a header'),
  'wrong-charset': wrongAnswer('called JSON a text in another charset than UTF-8'),
  'error-beside': wrongAnswer('reported an error in an answer that succeeded'),
  'unhealthy-part': wrongAnswer('called itself healthy, and a part of it unhealthy'),
  'count-contradicted': wrongAnswer('listed another number of debates than it counted'),
  'entry-repeated': wrongAnswer('listed a debate twice'),
  'entry-without-id': wrongAnswer('listed a debate without an id'),
  'entry-of-another': wrongAnswer('listed a debate with the question of another one'),
  'none-of-ours': wrongAnswer('listed no debate that a client had started'),
  'page-without-ours': wrongAnswer('listed no debate that a client had started, and did not say that these are all'),
  'consensus-contradicted': wrongAnswer('said of a consensus what the debate itself does not say'),
  unsteady: wrongAnswer('answered about a finished debate now one thing, now another'),
  'impossible-value': wrongAnswer('answered with a number that can not be'),
  'time-contradicted': wrongAnswer('gave a time that is not of the clock of its other answers, or is long past'),

  // A debate that is watched over a WebSocket.
  'no-socket': unsent('there was no WebSocket to watch the debate on'),
  'connection-lost': lostOnSocket('the WebSocket was lost while the debate ran'),
  'another-question': onSocket('the debate that started has another question'),
  'agent-silent': onSocket('the debate ended, and one of its agents had said nothing'),
  'not-text': onSocket('an agent said something that is no text'),
  'error-text': onSocket('what an agent said is an error message'),
  placeholder: onSocket('what an agent said stands for a text that is missing'),
  'text-of-another': onSocket('an agent spoke of the question of another debate'),
  'text-again': onSocket('an agent said the same as in a debate on another question'),
  'text-repeated': onSocket('an agent said the same more than once in a round'),
  'round-skipped': onSocket('a round was left out'),
  'round-unannounced': onSocket('a debate ended after a round of which nothing was said'),
  'round-repeated': onSocket('a round began again'),
  'end-contradicted': onSocket('what was said at the end is not what had happened'),
  'times-contradicted': onSocket('the events give times that lie further apart than the client waited'),
  silent: { ...lostOnSocket('a debate had begun, and nothing more came'), gaveUp: true },
  'message-after-end': onSocket('an agent spoke after the debate had ended'),
  'no-agent-message': onSocket('the debate ended without a message from an agent'),
  'message-before-start': onSocket('an agent spoke before the debate started'),
  'event-of-another-debate': onSocket('an event of another debate came'),
  'no-seq': onSocket('an event came without a sequence number'),
  'no-time': onSocket('an event of a debate came without its time'),
  'no-debate-named': onSocket('an event of a debate came without the name of its debate'),
  'seq-repeated': onSocket('a sequence number came twice'),
  'seq-backwards': onSocket('a sequence number went back'),

  // A WebSocket itself.
  'handshake-refused': onSocket('the server refused the WebSocket handshake'),
  'connection-failed': unsure('the connection for the WebSocket failed'),
  subprotocol: onSocket('the server named a subprotocol that was not offered'),
  'no-connection-info': { ...lostOnSocket('no connection_info came after the handshake'), gaveUp: true },
  'sync-of-another-debate': onSocket('the subscription was answered for another debate'),
  'sync-contradicted': onSocket('the subscription was answered with a state that the debate does not have'),
  'time-went-back': onSocket('the server gave a time that lay before the one it had given'),
  'unasked-pong': onSocket('a pong came that no ping had asked for'),
  down: lostOnSocket('not connected for the whole second'),
  'frame-too-large': onSocket('a frame came that is larger than a client reads'),
  flood: { ...onSocket('frames came faster than a client can read them'), gaveUp: true },
  binary: onSocket('a binary frame came'),
  'unknown-shape': onSocket('a frame came that holds no event'),
  'close-unanswered': { ...lostOnSocket('the server did not answer the close'), gaveUp: true },
} as const satisfies Record<string, SampleOutcomeFacts>;

type NamedOutcome = keyof typeof SAMPLE_OUTCOMES;
type NumberedOutcome = `${keyof typeof NUMBERED_OUTCOMES}_${number}`;
/** What a scenario may record. */
export type SampleOutcome = NamedOutcome | NumberedOutcome;

/** With this code Aragora closes a WebSocket of a client that opens too many. */
const TOO_MANY = 4029;
/** A connection that ended without a close (RFC 6455, 7.1.5). */
const NO_CLOSE = 1006;

function ofStatus(code: number) {
  const refusedBy = code === 401 || code === 403 ? 'access' : code === 429 ? 'rate' : null;
  return { ...wrongAnswer(`answered with status ${code}`), status: code, refusedBy } as const;
}

function ofLater(code: number) {
  const words = `answered with status ${code}, and asked to come back later`;
  return { ...wrongAnswer(words), status: code, refusedBy: 'later' } as const;
}

function inAnotherForm<Facts extends SampleOutcomeFacts>(facts: Facts) {
  return { ...facts, words: `${facts.words}, in another form than the server's good answers`, foreign: true };
}

/**
 * Outcomes with a number at their end, by what comes before it: an HTTP status other than 200, one that asks the client to come back later
 * (Retry-After), the same two in another form than the server's good answers, one of which nobody knows who gave it, one of the layer of
 * faults, the check of a journey that failed, a redirect (never followed), a close code.
 */
export const NUMBERED_OUTCOMES = {
  status: ofStatus,
  later: ofLater,
  foreign: (code: number) => inAnotherForm(ofStatus(code)),
  'foreign-later': (code: number) => inAnotherForm(ofLater(code)),
  unclear: (code: number) => ({
    ...unsure(`answered with status ${code} by the server, or by something in front of it`),
    lost: false,
  }),
  injected: (code: number) => ({
    ...PLAIN,
    words: `answered with status ${code} by what was broken on purpose, without the server`,
    reached: 'no',
  }),
  check: (which: number) => wrongAnswer(`answered something that check ${which} of the journey does not accept`),
  redirect: (code: number) => ({
    ...wrongAnswer(`answered with a redirect (status ${code})`),
    status: code,
    foreign: true,
  }),
  close: (code: number) => ({
    ...onSocket(`the server closed the WebSocket with code ${code}`),
    refusedBy: code === TOO_MANY ? 'rate' : null,
    lost: code === NO_CLOSE,
  }),
} as const satisfies Record<string, (code: number) => SampleOutcomeFacts>;

/** From a recording of another version: nothing is known about it. */
const UNKNOWN: SampleOutcomeFacts = unsure('an outcome that this version does not know');

/** What an outcome means. Any text, because a recording may come from another version. */
export function sampleOutcome(outcome: string): SampleOutcomeFacts {
  if (isIn(SAMPLE_OUTCOMES, outcome)) return SAMPLE_OUTCOMES[outcome];
  const [, kind = '', code = ''] = /^([a-z-]+)_(\d+)$/.exec(outcome) ?? [];
  return isIn(NUMBERED_OUTCOMES, kind) ? NUMBERED_OUTCOMES[kind](Number(code)) : UNKNOWN;
}

/** Whether the layer of faults answered by itself, so that the server knows nothing of it. */
export function isInjected(outcome: string): boolean {
  return outcome.startsWith('injected_');
}

/** The same answer, if nobody knows whether the server gave it; any other outcome as it is. */
export function asUnclear(outcome: string): string {
  const { foreign, status } = sampleOutcome(outcome);
  return foreign ? `unclear_${status}` : outcome;
}

/** To be read after "refused". */
export const REFUSED_BY = { access: 'by its access rules', rate: 'by a rate limit', later: 'for the moment' } as const;

/** Whether the server has answered completely: it has then done everything that it does for such a request. */
export function wasAnswered({ reached, cutShort }: SampleOutcomeFacts): boolean {
  return reached === 'yes' && !cutShort;
}

function isIn<Table extends object>(table: Table, key: PropertyKey): key is keyof Table {
  return Object.hasOwn(table, key);
}

/** The server's side of the stage: answers and frames of the tape, for the debates that clients start, with one mutant's change. */
import { type AnswerMutant, type Route, SCOPES, type SentFrame } from './mutant.ts';
import type { Frame, HttpAnswer, HttpAsked, Server } from './stage.ts';
import type { AnswerTape, Json, TapedDebate } from './tape.ts';

/** How often each part is asked for: the scope of a mutant says which of them it changes. */
export interface Asked {
  readonly health: number;
  readonly list: number;
  readonly creation: number;
  readonly convergence: number;
  readonly debates: number;
  readonly others: number;
}

interface Made {
  readonly id: string;
  readonly question: string;
}

const LISTED = 20;
const OTHER_MADE: Made = { id: 'adhoc_0therone', question: 'How would you make a queue correct? (case feedbeef)' };
/** So long before, the neighbour's debate began. */
const EARLIER_SEC = 2;
const JSON_TYPE = 'application/json';

export class World implements Server {
  readonly #tape: AnswerTape;
  readonly #mutant: AnswerMutant | undefined;
  readonly #asked: Asked;
  /** Makes the ids of this world different from those of all others, because clients remember ids. */
  readonly #number: number;
  readonly #made: Made[] = [];
  readonly #counts = new Map<string, number>();
  readonly #first = new Map<Route, HttpAnswer>();
  readonly #nowMs: () => number;

  constructor(tape: AnswerTape, asked: Asked, options: { mutant?: AnswerMutant; number: number; nowMs: () => number }) {
    this.#tape = tape;
    this.#asked = asked;
    this.#mutant = options.mutant;
    this.#number = options.number;
    this.#nowMs = options.nowMs;
  }

  ask({ method, path, body }: HttpAsked): HttpAnswer | 'reset' {
    if (path === '/api/health') return this.#answered('health', this.#health(), this.#tape.list);
    if (path.endsWith('/convergence'))
      return this.#answered('convergence', this.#tape.convergence, this.#otherConvergence());
    if (method === 'GET') return this.#answered('list', this.#list(this.#made), this.#list([OTHER_MADE]));
    const { question } = JSON.parse(body ?? '{}') as { readonly question: string };
    const made = { id: `adhoc_${this.#number.toString(16)}x${this.#made.length.toString(16)}`, question };
    this.#made.push(made);
    return this.#answered('creation', this.#creation(made), this.#creation(this.#made.at(-2) ?? OTHER_MADE));
  }

  greet(): readonly Frame[] {
    return this.#sent(this.#tape.greeting.map((event, at) => ({ afterMs: 1 + at, isList: false, events: [event] })));
  }

  hear(message: Json): readonly Frame[] {
    if (message['type'] === 'ping') {
      const { data } = this.#tape.pong as { readonly data: Json };
      const times = { client_ts: message['ts'], server_ts: this.#nowMs() };
      const pong = { ...this.#tape.pong, data: { ...data, ...times } };
      return this.#sent([{ afterMs: 1, isList: false, events: [pong] }]);
    }
    if (message['replay_from_seq'] === undefined)
      return this.#sent([{ afterMs: 2, isList: false, events: [this.#tape.sync] }]);
    const made = this.#made.find(({ id }) => id === message['debate_id']);
    return made === undefined ? [] : this.#debate(made);
  }

  #debate(made: Made): readonly Frame[] {
    const [taped, other] = this.#tape.debates;
    const said = this.#framesOf(taped, made);
    const { debates: change } = this.#mutant ?? {};
    const isHit = this.#isHit('debates', this.#asked.debates);
    const neighbours = () => this.#framesOf(other, OTHER_MADE, EARLIER_SEC);
    return texts(change === undefined || !isHit ? said : change(said, neighbours()));
  }

  #framesOf({ id, question, frames }: TapedDebate, made: Made, earlierSec = 0): SentFrame[] {
    const [first] = frames;
    const times = frames
      .flatMap(({ events }) => events)
      .flatMap(({ timestamp }) => (typeof timestamp === 'number' ? timestamp : []));
    const shiftSec = this.#nowMs() / 1000 - Math.min(...times) + (first?.afterMs ?? 0) / 1000 - earlierSec;
    const said = JSON.parse(
      JSON.stringify(frames).replaceAll(id, made.id).replaceAll(question, made.question),
    ) as SentFrame[];
    return said.map((frame) => ({ ...frame, events: frame.events.map((event) => later(event, shiftSec)) }));
  }

  #sent(frames: readonly SentFrame[]): readonly Frame[] {
    const { frames: change } = this.#mutant ?? {};
    return texts(change === undefined || !this.#isHit('others', this.#asked.others) ? frames : change(frames, []));
  }

  #answered(route: Route, body: string, otherBody: string): HttpAnswer | 'reset' {
    const answer = { status: 200, contentType: JSON_TYPE, body };
    const first = this.#first.get(route) ?? answer;
    this.#first.set(route, first);
    const { http } = this.#mutant ?? {};
    const isHit = this.#isHit(route, this.#asked[route]);
    if (http?.route !== route || !isHit) return answer;
    return http.change(answer, { first, other: { ...answer, body: otherBody } });
  }

  #isHit(what: string, of: number): boolean {
    const index = this.#counts.get(what) ?? 0;
    this.#counts.set(what, index + 1);
    return (this.#mutant?.hits ?? SCOPES['all'])?.(index, of) === true;
  }

  /** Of the time at which it is asked for. */
  #health(): string {
    const timestamp = new Date(this.#nowMs()).toISOString();
    return JSON.stringify({ ...(JSON.parse(this.#tape.health) as Json), timestamp });
  }

  #creation({ id, question }: Made): string {
    const [taped] = this.#tape.debates;
    return this.#tape.creation.replaceAll(taped.id, id).replaceAll(taped.question, question);
  }

  #otherConvergence(): string {
    return this.#tape.convergence.replaceAll(this.#tape.preparedId, OTHER_MADE.id);
  }

  /** Also with the debate from before the load, as long as there is room. */
  #list(made: readonly Made[]): string {
    const { debates, ...rest } = JSON.parse(this.#tape.list) as Json & { readonly debates: readonly Json[] };
    const all =
      made === this.#made
        ? [...made, { id: this.#tape.preparedId, question: 'Is this server ready for its load?' }]
        : made;
    const entries = all
      .toReversed()
      .slice(0, LISTED)
      .map(({ id, question }) => ({ ...debates[0], id, task: question }));
    const counts = { count: entries.length, total: all.length, has_more: all.length > entries.length };
    return JSON.stringify({ ...rest, debates: entries, ...counts });
  }
}

function later(event: Json, sec: number): Json {
  return typeof event['timestamp'] === 'number' ? { ...event, timestamp: event['timestamp'] + sec } : event;
}

function texts(frames: readonly SentFrame[]): readonly Frame[] {
  return frames.map(({ afterMs, events, isList, instead }) => ({
    afterMs,
    text: instead === undefined ? JSON.stringify(isList ? events : events[0]) : instead,
  }));
}

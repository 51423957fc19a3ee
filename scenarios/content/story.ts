/** The story of one debate as a client saw it: who spoke, what was said, its rounds and its end. Pure; its memory is that of one debate. */
import type { SampleOutcome } from '../../lib/core/sample-outcome.ts';
import type { StreamEvent } from './frame.ts';
import { textProblem } from './texts.ts';
import { EventTimes } from './times.ts';

export interface Expected {
  readonly question: string;
  /** Whether two agents of the same name are two agents. */
  readonly namesakesSpeak: boolean;
  /** The first text in a debate on another question, which names that question; null when none is known. */
  readonly otherText: string | null;
  /** When the debate's creation was sent. */
  readonly sentAtMs: number;
  /** How sure the server was of another debate; null where nothing is known. It shows whether it gives shares or percent. */
  readonly otherConfidence?: number | null;
}

/** What is wrong with each part of the story; undefined when nothing is. */
export interface StoryProblems {
  readonly agents: SampleOutcome | undefined;
  readonly texts: SampleOutcome | undefined;
  readonly rounds: SampleOutcome | undefined;
  readonly outcome: SampleOutcome | undefined;
  readonly order: SampleOutcome | undefined;
}

/** Clocks and rounding between two times that a server gives, seconds. */
const CLOCK_SEC = 0.25;

export class DebateStory {
  readonly #expected: Expected;
  readonly #times: EventTimes;
  /** Replayed events and live ones overlap. */
  readonly #seen = new Set<number>();
  #cast: readonly string[] = [];
  /** By agent, how many texts. */
  readonly #spoke = new Map<string, number>();
  readonly #mentioned = new Set<string>();
  /** By agent, round and text, how often. */
  readonly #said = new Map<string, number>();
  #startedAtSec = Number.NaN;
  #lastWordAtSec = Number.NaN;
  #round: number | undefined;
  /** Whether any round was announced, with its number or without. */
  #hasRounds = false;
  #reached: boolean | undefined;
  #hasFailed = false;
  #isOver = false;
  #endSeq = Number.POSITIVE_INFINITY;
  #texts: SampleOutcome | undefined;
  #rounds: SampleOutcome | undefined;
  #outcome: SampleOutcome | undefined;
  #order: SampleOutcome | undefined;

  constructor(expected: Expected) {
    this.#expected = expected;
    this.#times = new EventTimes(expected.sentAtMs);
  }

  get hasRounds(): boolean {
    return this.#hasRounds;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  event(event: StreamEvent, atMs: number): void {
    const { seq, type, timestamp } = event;
    if (seq !== undefined && this.#seen.has(seq)) return;
    if (seq !== undefined) this.#seen.add(seq);
    this.#times.event(timestamp, atMs);
    if (type === 'debate_start') this.#start(event);
    else if (type === 'round_start') this.#roundStart(event);
    else if (type === 'agent_message') this.#message(event);
    else if (type === 'consensus') this.#consensus(event);
    else if (type === 'debate_end') this.#end(event);
    else if (type === 'agent_error' || type === 'error') this.#hasFailed = true;
  }

  /** Call it when the debate is over, or is watched no longer. A failure of an agent that was reported excuses what it did not say. */
  problems(): StoryProblems {
    return {
      agents: this.#isOver && !this.#hasFailed && this.#isSomebodySilent() ? 'agent-silent' : undefined,
      texts: this.#hasFailed && this.#texts === 'error-text' ? undefined : this.#texts,
      rounds: this.#rounds,
      outcome: this.#outcome ?? (this.#times.arePossible() ? undefined : 'times-contradicted'),
      order: this.#order,
    };
  }

  #start({ data, timestamp = Number.NaN }: StreamEvent): void {
    const agents = data?.['agents'];
    // Some servers announce the start several times, and say who takes part in some of them only. The last start is nearest to the first word.
    if (!Array.isArray(agents)) return;
    if (this.#spoke.size === 0) this.#startedAtSec = timestamp;
    this.#cast = agents.filter((name) => typeof name === 'string');
  }

  #roundStart({ data }: StreamEvent): void {
    this.#hasRounds = true;
    const round = data?.['round'];
    if (typeof round !== 'number') return;
    const before = this.#round;
    if (before === undefined ? round > 1 : round > before + 1) this.#rounds ??= 'round-skipped';
    else if (before !== undefined && round <= before) this.#rounds ??= 'round-repeated';
    this.#round = round;
  }

  #message({ seq = 0, agent = '', round, data, timestamp = Number.NaN }: StreamEvent): void {
    const content = data?.['content'];
    if (typeof content === 'string' && content.trim() === '') return;
    if (content === undefined) {
      this.#mention(agent, data);
      return;
    }
    // By its number: what is replayed may arrive after what is new.
    if (seq > this.#endSeq) {
      this.#order = 'message-after-end';
      return;
    }
    this.#texts ??= textProblem(content, this.#expected.question);
    if (this.#spoke.size === 0 && content === this.#expected.otherText) this.#texts ??= 'text-again';
    this.#lastWordAtSec = timestamp;
    this.#spoke.set(agent, (this.#spoke.get(agent) ?? 0) + 1);
    this.#count(agent, `${agent} ${round} ${content}`);
    // A judge may speak in a round of its own.
    if (round !== undefined && this.#round !== undefined && round > this.#round + 1) this.#rounds ??= 'round-skipped';
  }

  /** Without a content, other words may show that an agent spoke (`details` in Aragora 2.11.1). */
  #mention(agent: string, data: StreamEvent['data'] = {}): void {
    const hasWords = Object.entries(data).some(([name, value]) => name !== 'role' && typeof value === 'string');
    if (!hasWords) this.#texts ??= 'not-text';
    else this.#mentioned.add(agent);
  }

  #count(agent: string, words: string): void {
    const times = (this.#said.get(words) ?? 0) + 1;
    this.#said.set(words, times);
    if (this.#cast.includes(agent) && times > this.#numberOf(agent)) this.#texts ??= 'text-repeated';
  }

  #consensus({ data }: StreamEvent): void {
    const { reached, answer, confidence } = data ?? {};
    if (typeof confidence === 'number' && !(confidence >= 0 && confidence <= mostSure(this.#expected)))
      this.#outcome ??= 'impossible-value';
    if (typeof answer === 'string' && answer.trim() !== '')
      this.#texts ??= textProblem(answer, this.#expected.question);
    const failures = data?.['agent_failures'];
    if (typeof failures === 'object' && failures !== null && Object.keys(failures).length > 0) this.#hasFailed = true;
    if (typeof reached !== 'boolean') return;
    if (this.#reached !== undefined && reached !== this.#reached) this.#outcome ??= 'consensus-contradicted';
    this.#reached = reached;
  }

  /** Some servers announce the end several times. */
  #end({ seq, data }: StreamEvent): void {
    this.#isOver = true;
    this.#endSeq = Math.min(this.#endSeq, seq ?? Number.POSITIVE_INFINITY);
    const { duration, rounds } = data ?? {};
    // Where rounds were reported wrong, nobody knows how many there were.
    const isCounted = this.#rounds === undefined && this.#round !== undefined;
    if (typeof rounds === 'number' && isCounted && rounds !== this.#round) this.#outcome ??= 'end-contradicted';
    // Who saw the start has missed nothing since.
    const isWatched = this.#cast.length > 0;
    if (typeof rounds === 'number' && rounds >= 1 && isWatched && !this.#hasRounds)
      this.#rounds ??= 'round-unannounced';
    if (typeof duration !== 'number') return;
    const least = Math.max(0, this.#lastWordAtSec - this.#startedAtSec - CLOCK_SEC || 0);
    if (duration < least || !this.#times.isPossible(duration)) this.#outcome ??= 'end-contradicted';
  }

  #isSomebodySilent(): boolean {
    const { namesakesSpeak } = this.#expected;
    const isSilent = (name: string) => (this.#spoke.get(name) ?? 0) < (namesakesSpeak ? this.#numberOf(name) : 1);
    return this.#cast.some((name) => !this.#mentioned.has(name) && isSilent(name));
  }

  #numberOf(name: string): number {
    return this.#cast.filter((other) => other === name).length;
  }
}

/** A share, perhaps rounded up a little, or percent. */
function mostSure({ otherConfidence }: Expected): number {
  const isShare = typeof otherConfidence === 'number' && otherConfidence > 0 && otherConfidence < 1;
  return isShare ? 1.001 : 100;
}

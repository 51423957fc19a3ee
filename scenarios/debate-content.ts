/** Records what a client found out about the content of the debate that it watched, once for each debate in which an agent spoke. */
import { PREPARED_QUESTION } from '../lib/core/question.ts';
import type { SampleOutcome } from '../lib/core/sample-outcome.ts';
import { debateAgents, debateOutcome, debateProgress, debateRounds, debateTexts } from '../lib/journeys/agents.ts';
import type { StreamEvent } from './content/frame.ts';
import { DebateStory } from './content/story.ts';
import { record } from './kit.ts';
import { plan } from './settings.ts';

/** The longest that the guide's P99 lets an agent take. After as long a silence, nothing more will come. */
const SILENCE_MS = 10_000;
/** Where the debate before the load took longer than this, a long silence may be a part of every debate. */
const QUICK_MS = 7_500;

export class DebateContent {
  readonly #story: DebateStory;
  #lastEventAtMs = 0;

  /** @param sentAtMs when the debate's creation was sent. */
  constructor(question: string, sentAtMs: number) {
    const { namesakesSpeak = false, prepared } = plan;
    const otherText = prepared?.text ?? null;
    // Agents of a test setup may say the same to everything. Only what names its question is an answer to that one alone.
    const isOfOther = otherText?.includes(PREPARED_QUESTION) === true;
    this.#story = new DebateStory({
      ...{ question, namesakesSpeak, sentAtMs },
      otherText: isOfOther ? otherText : null,
      otherConfidence: prepared?.confidence ?? null,
    });
  }

  event(event: StreamEvent, atMs: number): void {
    this.#lastEventAtMs = Math.max(this.#lastEventAtMs, atMs);
    this.#story.event(event, atMs);
  }

  /** What is wrong with the order of the events, if anything is. */
  get disorder(): SampleOutcome | undefined {
    return this.#story.problems().order;
  }

  /** Call it once, when nothing more is awaited. */
  record(): void {
    const { agents, texts, rounds, outcome } = this.#story.problems();
    record(debateAgents, 0, agents ?? 'ok');
    record(debateTexts, 0, texts ?? 'ok');
    record(debateRounds, this.#story.hasRounds ? 1 : 0, rounds ?? 'ok');
    record(debateOutcome, 0, outcome ?? 'ok');
    record(debateProgress, 0, this.#isSilent() ? 'silent' : 'ok');
  }

  #isSilent(): boolean {
    if (this.#story.isOver || (plan.prepared?.tookMs ?? Number.POSITIVE_INFINITY) > QUICK_MS) return false;
    return Date.now() - this.#lastEventAtMs >= SILENCE_MS;
  }
}

/** What an answer mutant is: one lie about one part of what clients get, made by an operator. */
import type { Mutant } from '../mutant.ts';
import type { HttpAnswer } from './stage.ts';
import type { Json, TapedFrame } from './tape.ts';

export const ROUTES = ['health', 'list', 'creation', 'convergence'] as const;
export type Route = (typeof ROUTES)[number];

/** A frame on its way to a client: its events, or in their place any text (null: a binary frame). */
export interface SentFrame extends TapedFrame {
  readonly instead?: string | null;
}

/** What an operator may know besides the answer that it changes. */
export interface Around {
  /** The first answer of its kind in this load. */
  readonly first: HttpAnswer;
  /** The answer to another question. */
  readonly other: HttpAnswer;
}

export type HttpChange = (answer: HttpAnswer, around: Around) => HttpAnswer | 'reset';

/** `other`: the same events of another debate. */
export type FrameChange = (frames: readonly SentFrame[], other: readonly SentFrame[]) => readonly SentFrame[];

export interface AnswerMutant extends Omit<Mutant, 'apply' | 'system'> {
  readonly system: 'answers';
  readonly http?: { readonly route: Route; readonly change: HttpChange };
  /** Of the debates that are watched; or of all other frames, one at a time. */
  readonly debates?: FrameChange;
  readonly frames?: FrameChange;
  readonly hits: (index: number, of: number) => boolean;
}

export const SCOPES: Readonly<Record<string, AnswerMutant['hits']>> = {
  all: () => true,
  'one in five': (index) => index % 5 === 2,
  'last third': (index, of) => index >= (2 * of) / 3,
};

export type { Json };

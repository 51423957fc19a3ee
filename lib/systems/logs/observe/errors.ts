/** Lines with the level of a failure, by whose they are: of a request of the load, or of none that the load knows. In limited memory. */
import { clip, plain } from '../../../core/text.ts';
import type { TraceIds } from '../../../core/trace-ids.ts';
import type { SecretFinder } from '../../../observe/secrets.ts';
import type { LogErrors, LogLineProblem, LogProblems } from '../observation.ts';
import { EXAMPLES, Problems } from './problems.ts';
import type { LineFacts } from './requests.ts';

/** Unix ms. */
export interface TimeOfLoad {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of those that are of no request of the load: so many different seconds are kept. */
const MOST_SECONDS = 4000;

const MESSAGE = 'message';
const MESSAGE_CHARS = 160;

interface ErrorSearch {
  /** Levels that say that something failed. */
  readonly ofFailure: readonly string[];
  readonly traceIds: TraceIds;
  readonly finder: SecretFinder;
}

export class ErrorLines {
  readonly #search: ErrorSearch;
  readonly #ofLoad = new Map<string, Problems>();
  readonly #besides = new Map<number, { count: number; readonly example: LogLineProblem }>();
  #undated = 0;

  constructor(search: ErrorSearch) {
    this.#search = search;
  }

  /** A line's message, safe to show; undefined where its level is none of a failure. */
  messageIn(entry: Readonly<Record<string, unknown>>, level: string | undefined): string | undefined {
    const { ofFailure, finder } = this.#search;
    if (level === undefined || !ofFailure.includes(level)) return undefined;
    const message = entry[MESSAGE];
    return clip(plain(finder.hide(typeof message === 'string' ? message : JSON.stringify(entry))), MESSAGE_CHARS);
  }

  /** @param line its number. @param own its trace id, where the load sent it. */
  add({ level, atMs, error }: LineFacts, line: number, own: string | undefined): void {
    if (error === undefined) return;
    const example = { line, text: error, problem: `has the level ${level}` };
    const sent = own === undefined ? undefined : this.#search.traceIds.locate(own);
    if (sent === undefined) {
      this.#addBesides(atMs, example);
      return;
    }
    // The engine numbers the scenarios of a journey: engine-protocol.ts.
    const journey = sent.scenario.replace(/_\d+$/, '');
    const known = this.#ofLoad.get(journey) ?? new Problems();
    this.#ofLoad.set(journey, known);
    known.add(() => example);
  }

  /** A line that is about no request of the load. Whether it was written while the load ran is known only at the end. */
  #addBesides(atMs: number | undefined, example: LogLineProblem): void {
    if (atMs === undefined) {
      this.#undated += 1;
      return;
    }
    const second = Math.floor(atMs / 1000);
    const known = this.#besides.get(second);
    if (known !== undefined) known.count += 1;
    else if (this.#besides.size < MOST_SECONDS) this.#besides.set(second, { count: 1, example });
  }

  /** @param during absent: all lines count. */
  facts(during?: TimeOfLoad): LogErrors {
    const ofLoad = [...this.#ofLoad].map(([journey, problems]) => [journey, problems.facts()] as const);
    return { ofLoad: Object.fromEntries(ofLoad), besides: this.#besidesIn(during), undated: this.#undated };
  }

  /** Only whole seconds of the load: a clock may be a little off, and before the load the harness asks for what a server may refuse. */
  #besidesIn(during?: TimeOfLoad): LogProblems {
    const { fromMs, toMs } = during ?? { fromMs: 0, toMs: Number.POSITIVE_INFINITY };
    const inside = [...this.#besides].filter(([second]) => second * 1000 >= fromMs && (second + 1) * 1000 <= toMs);
    return {
      count: inside.reduce((sum, [, { count }]) => sum + count, 0),
      examples: inside.slice(0, EXAMPLES).map(([, { example }]) => example),
    };
  }
}

/** The times of the lines of a log: the first, the last, and the furthest step back within the lines of one component. */
import type { LogMoment, LogsObserved } from '../observation.ts';

type Back = LogMoment & { readonly backMs: number };

/** The lines of all others are taken for those of one. */
const MOST_WRITERS = 100;

export class LineTimes {
  /** Unix ms. A shipper may bring the lines of one component after those of another. */
  readonly #latestOf = new Map<unknown, number>();
  #times: { earliest: LogMoment; latest: LogMoment; furthestBack: Back | null } | null = null;

  /** @param moment with its text unchanged, not as it may be shown: almost every line is the latest, and hiding secrets takes time. */
  add(moment: LogMoment, writer: unknown): void {
    const backMs = this.#backMs(moment.atMs, writer);
    if (this.#times === null) {
      this.#times = { earliest: moment, latest: moment, furthestBack: null };
      return;
    }
    const { earliest, latest, furthestBack } = this.#times;
    if (moment.atMs < earliest.atMs) this.#times.earliest = moment;
    if (moment.atMs > latest.atMs) this.#times.latest = moment;
    if (backMs > (furthestBack?.backMs ?? 0)) this.#times.furthestBack = { ...moment, backMs };
  }

  /** How far before the latest line of the same component. */
  #backMs(atMs: number, writer: unknown): number {
    const key = this.#latestOf.has(writer) || this.#latestOf.size < MOST_WRITERS ? writer : undefined;
    const latestMs = Math.max(this.#latestOf.get(key) ?? atMs, atMs);
    this.#latestOf.set(key, latestMs);
    return latestMs - atMs;
  }

  /** null when no line had a time. @param textOf how a line may be shown. */
  facts(textOf: (text: string) => string): LogsObserved['times'] {
    if (this.#times === null) return null;
    const shown = <T extends LogMoment>(moment: T): T => ({ ...moment, text: textOf(moment.text) });
    const { earliest, latest, furthestBack } = this.#times;
    return {
      earliest: shown(earliest),
      latest: shown(latest),
      furthestBack: furthestBack === null ? null : shown(furthestBack),
    };
  }
}

/** The times of the lines of a log: the first, the last, and the furthest step back. */
import type { LogMoment, LogsObserved } from '../observation.ts';

type Back = LogMoment & { readonly backMs: number };

export class LineTimes {
  #times: { earliest: LogMoment; latest: LogMoment; furthestBack: Back | null } | null = null;

  /** @param moment with its text unchanged, not as it may be shown: almost every line is the latest, and hiding secrets takes time. */
  add(moment: LogMoment): void {
    if (this.#times === null) {
      this.#times = { earliest: moment, latest: moment, furthestBack: null };
      return;
    }
    const { earliest, latest, furthestBack } = this.#times;
    const backMs = latest.atMs - moment.atMs;
    if (moment.atMs < earliest.atMs) this.#times.earliest = moment;
    if (backMs < 0) this.#times.latest = moment;
    if (backMs > (furthestBack?.backMs ?? 0)) this.#times.furthestBack = { ...moment, backMs };
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

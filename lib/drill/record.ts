/** The timeline of a drill while it is made: every entry is written at once, so that what was seen is kept whatever happens. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { storageError } from '../record/index.ts';
import type { Entry } from '../systems/alerts/model/timeline.ts';

export const TIMELINE = 'drill.jsonl';

export class Recorded {
  readonly #entries: Entry[] = [];
  readonly #path: string;

  constructor(dir: string) {
    this.#path = join(dir, TIMELINE);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** @throws SloError `storage`. */
  add(entry: Entry): void {
    this.#entries.push(entry);
    try {
      appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
    } catch (cause) {
      throw storageError('append to', this.#path, cause);
    }
  }
}

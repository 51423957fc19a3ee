/** Finished debates in a file, so that a target that is started again still has them, as a server with a database does. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type Debate, MAX_FINISHED } from './debate-store.ts';

export interface KeptDebates {
  /** Those of targets before. */
  readonly before: readonly Debate[];
  /** The first ones, so that the file stays small; what a load asks about is among them. */
  keep(debate: Debate): void;
}

const NONE: KeptDebates = { before: [], keep: () => {} };

/** @param path one line of JSON for each debate; absent: nothing is kept. */
export function keptDebates(path: string | undefined): KeptDebates {
  if (path === undefined) return NONE;
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  // A target that was killed may have left a line without its end.
  const before = lines.slice(0, -1).map((line) => JSON.parse(line) as Debate);
  let count = before.length;
  return {
    before,
    keep: (debate) => {
      if (count >= MAX_FINISHED) return;
      count += 1;
      appendFileSync(path, `${JSON.stringify(debate)}\n`);
    },
  };
}

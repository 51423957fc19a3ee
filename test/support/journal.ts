/** How far a load has come, by the journal that it writes: its first seconds have no samples, while the engines read their scripts. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { START_LATENESS } from '../../lib/core/endpoint.ts';
import type { IntervalRecord } from '../../lib/core/engine-protocol.ts';

/** Records in the journal of this run folder in which clients measured something; several engines send one each for a second. */
export function recordedSeconds(dir: string): number {
  const journal = join(dir, 'engine.ndjson');
  // The last line may not be whole.
  const lines = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').slice(0, -1) : [];
  const records = lines.map((line) => JSON.parse(line) as IntervalRecord);
  return records.filter(({ endpoints }) => Object.keys(endpoints).some((name) => name !== START_LATENESS)).length;
}

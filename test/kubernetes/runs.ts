/** Runs of the tests with a real cluster: how they ended, and what they left. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadResult } from '../../lib/core/recording.ts';
import type { Child } from '../../lib/process/child.ts';

/** How it ended, and all that it said. */
export async function outcomeOf(child: Child): Promise<{ readonly exitCode: number | null; readonly said: string }> {
  let said = '';
  for (const fd of [1, 2]) child.output(fd).on('data', (chunk: Buffer) => (said += chunk.toString()));
  const { exitCode } = await child.closed;
  return { exitCode, said };
}

export const loadOf = (dir: string): LoadResult =>
  JSON.parse(readFileSync(join(dir, 'load.json'), 'utf8')) as LoadResult;

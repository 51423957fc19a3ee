/** sloth, which writes Prometheus rules from objectives: not a backend, but made as they are. */
import { join } from 'node:path';
import type { MakeOptions } from '../../lib/stack/cache.ts';
import { madeWithGo } from '../../lib/stack/go.ts';

const SLOTH = {
  module: 'github.com/slok/sloth',
  version: 'v0.16.0',
  sum: 'h1:3CpcWE0H0Ixe60b+DnBAfdiusnuNm8+t1MIGkksfsuQ=',
  programs: ['./cmd/sloth'],
  usually: '2 to 4 minutes',
} as const;

/** The program, built now unless the cache has it. Throws SloError `prerequisite-missing`. */
export async function slothPath(options: MakeOptions): Promise<string> {
  return join(await madeWithGo('sloth', SLOTH, options), 'sloth');
}

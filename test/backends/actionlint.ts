/** actionlint, which reads workflows: not a backend, but made as they are. */
import { join } from 'node:path';
import type { MakeOptions } from '../../lib/stack/cache.ts';
import { madeWithGo } from '../../lib/stack/go.ts';

const ACTIONLINT = {
  module: 'github.com/rhysd/actionlint',
  version: 'v1.7.12',
  sum: 'h1:vQ4GeJN86C0QH+gTUQcs8McmK62OLT3kmakPMtEWYnY=',
  programs: ['./cmd/actionlint'],
  usually: 'half a minute',
} as const;

/** The program, built now unless the cache has it. Throws SloError `prerequisite-missing`. */
export async function actionlintPath(options: MakeOptions): Promise<string> {
  return join(await madeWithGo('actionlint', ACTIONLINT, options), 'actionlint');
}

/** A k6 as one installs it, without our output, built from the sources of our engine. */
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILD_FLAGS } from '../../../lib/engine/build.ts';
import { stageSources } from '../../../lib/engine/mend.ts';

const ENGINE = fileURLToPath(new URL('../../../engine', import.meta.url));
const MAIN = fileURLToPath(new URL('./stock-k6/main.go', import.meta.url));

/** Builds it into `dir` and returns its path. What Go compiled for our engine is not compiled again. */
export async function buildStockK6(dir: string): Promise<string> {
  const [path, staging] = [join(dir, 'k6'), join(dir, 'sources')];
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
  const staged = await stageSources(ENGINE, staging, { env });
  if (staged.exitCode !== 0) throw new Error(staged.stderr);
  cpSync(MAIN, join(staging, 'main.go'));
  execFileSync('go', ['build', ...BUILD_FLAGS, '-o', path, '.'], { cwd: staging, env });
  return path;
}

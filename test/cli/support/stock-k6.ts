/** Owns a stock k6 of the version that engine/go.mod pins: without our output, built from the same modules. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILD_FLAGS } from '../../../lib/engine/build.ts';

const ENGINE = fileURLToPath(new URL('../../../engine', import.meta.url));
const MAIN = fileURLToPath(new URL('./stock-k6/main.go', import.meta.url));

/** Builds it into `dir` and returns its path; what Go compiled for our engine is not compiled again. */
export function buildStockK6(dir: string): string {
  const path = join(dir, 'k6');
  execFileSync('go', ['build', ...BUILD_FLAGS, '-o', path, MAIN], {
    cwd: ENGINE,
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
  });
  return path;
}

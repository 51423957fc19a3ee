/** The script that k6 runs: every journey of a plan under one k6, with all that it imports, in one file. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BundleError, bundle } from '../bundle/bundle.ts';
import { exportOf } from '../core/engine-protocol.ts';
import { SloError } from '../core/error.ts';
import type { JourneyDescriptor } from '../core/journey.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What is bundled first. */
const WRITTEN = 'engine.ts';

type Scripted = Pick<JourneyDescriptor, 'name' | 'script'>;

/**
 * One file, because each virtual user reads each module again: from some forty files it takes half as much memory again, and a quarter more
 * CPU over a short load (docs/benchmarks.md).
 * @param journeys those of all phases: one that comes again is there once.
 * @throws SloError `config-invalid` with the file and the line, where a journey's script can't be read or imports what is not there.
 */
export async function entryScript(journeys: readonly Scripted[]): Promise<string> {
  try {
    const texts = await bundle({
      absWorkingDir: ROOT,
      stdin: { contents: importsOf(journeys), resolveDir: ROOT, sourcefile: WRITTEN, loader: 'js' },
      outfile: 'engine.js',
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      // What k6 itself has.
      external: ['k6', 'k6/*', 'https://*'],
      // What the scripts of profiles import, wherever they lie.
      alias: { 'aragora-slo/kit': resolve(ROOT, 'scenarios/own-kit.ts') },
      target: 'es2022',
      charset: 'utf8',
    });
    return texts.get('.js') ?? '';
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause;
    // A place in what is written here says nothing to anybody.
    const { place } = cause;
    const where = place === null || place.file === WRITTEN ? '' : `${resolve(ROOT, place.file)}:${place.line}: `;
    throw new SloError('config-invalid', `the script of a journey can't be read: ${where}${cause.message}`, { cause });
  }
}

function importsOf(journeys: readonly Scripted[]): string {
  const settings = literal(resolve(ROOT, 'scenarios/settings.ts'));
  const once = [...new Map(journeys.map((journey) => [journey.name, journey])).values()];
  const functions = once.map(
    ({ name, script }) =>
      `export { ${script.function} as ${exportOf(name)} } from ${literal(resolve(ROOT, script.path))};`,
  );
  return [
    '// Written by aragora-slo, for one run.',
    `import { plannedOptions } from ${settings};`,
    `export { prepared as setup } from ${settings};`,
    ...functions,
    'export const options = plannedOptions();',
    '',
  ].join('\n');
}

function literal(path: string): string {
  return JSON.stringify(path);
}

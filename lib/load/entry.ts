/** The script that k6 runs: every journey of a plan under one k6, each from its own file. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportOf } from '../core/engine-protocol.ts';
import type { JourneyDescriptor } from '../core/journey.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Scripted = Pick<JourneyDescriptor, 'name' | 'script'>;

/**
 * k6 imports by path alone, and nothing while it runs: so a run writes down what it imports.
 * @param journeys those of all phases: one that comes again is there once.
 */
export function entryScript(journeys: readonly Scripted[]): string {
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

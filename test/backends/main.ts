/** `npm run backends [name…]`: makes the named backends, or all when none is named, and prints where they are. */
import { SloError } from '../../lib/core/error.ts';
import { STACK_PROGRAM_NAMES, stackPrograms } from '../../lib/stack/programs.ts';
import { valkeyPath } from '../../lib/stack/valkey.ts';
import { actionlintPath } from './actionlint.ts';
import { bugsinkFolder } from './bugsink.ts';
import { dashboardSchemaPath } from './dashboard-schema.ts';
import { opensearchJars } from './opensearch.ts';
import { motoPython } from './python.ts';
import { slothPath } from './sloth.ts';
import { verdaccioFolder } from './verdaccio.ts';

const progress = { onProgress: (line: string) => console.log(line) };
const makers = new Map<string, () => Promise<string>>([
  ...STACK_PROGRAM_NAMES.map((name) => [name, () => stackPrograms(name, progress)] as const),
  ['actionlint', () => actionlintPath(progress)],
  ['dashboard-schema', () => dashboardSchemaPath(progress)],
  ['sloth', () => slothPath(progress)],
  ['opensearch', () => opensearchJars(progress)],
  ['bugsink', () => bugsinkFolder(progress)],
  ['moto', () => motoPython(progress)],
  ['verdaccio', () => verdaccioFolder(progress)],
  ['valkey', () => valkeyPath(progress)],
]);

try {
  for (const name of process.argv.length > 2 ? process.argv.slice(2) : makers.keys()) {
    const make = makers.get(name);
    if (make === undefined) {
      const message = `no backend is called "${name}"; backends: ${[...makers.keys()].join(', ')}`;
      throw new SloError('usage', message);
    }
    console.log(`${name}: ${await make()}`);
  }
} catch (error) {
  if (!(error instanceof SloError)) throw error;
  console.error(error.hint === undefined ? error.message : `${error.message}\n${error.hint}`);
  process.exitCode = error.exitCode;
}

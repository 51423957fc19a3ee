/** `npm run backends [name…]`: makes the named backends, or all when none is named, and prints where they are. */
import { SloError } from '../../lib/core/error.ts';
import { GO_BACKEND_NAMES, type GoBackendName, goBackend } from './go.ts';
import { opensearchJars } from './opensearch.ts';
import { motoPython } from './python.ts';

const progress = { onProgress: (line: string) => console.log(line) };
const makers = new Map<string, () => Promise<string>>([
  ...GO_BACKEND_NAMES.map((name: GoBackendName) => [name, () => goBackend(name, progress)] as const),
  ['opensearch', () => opensearchJars(progress)],
  ['moto', () => motoPython(progress)],
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

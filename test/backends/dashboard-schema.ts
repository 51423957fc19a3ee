/** A program that reads dashboards by the schema that Grafana publishes with its Foundation SDK: not a backend, but made as they are. */
import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type MakeOptions } from '../../lib/stack/cache.ts';

const SOURCE = join(import.meta.dirname, 'dashboard-schema');
const FILES = ['go.mod', 'go.sum', 'main.go'];
const ENV = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };

/** The program, built now unless the cache has it. Throws SloError `prerequisite-missing`. */
export async function dashboardSchemaPath(options: MakeOptions): Promise<string> {
  const folder = await cached(
    {
      name: 'dashboard-schema-v0.0.22',
      madeFrom: FILES.map((name) => readFileSync(join(SOURCE, name), 'utf8')),
      usually: 'a minute',
      make: async (made, run) => {
        await cp(SOURCE, join(made, 'source'), { recursive: true });
        const built = ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-mod=readonly', '-o', made, '.'];
        await run('go', built, { cwd: join(made, 'source'), env: ENV });
      },
    },
    options,
  );
  return join(folder, 'dashboards');
}

/** OpenSearch, which answers as Elasticsearch does: its jars from Maven, each with its checksum, and the Java that runs them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SloError } from '../../lib/core/error.ts';
import { runCommand } from '../../lib/engine/command.ts';
import { cached, type MakeOptions } from '../../lib/stack/cache.ts';

const FOLDER = join(import.meta.dirname, 'opensearch');
const POM = join(FOLDER, 'pom.xml');
const SUMS = join(FOLDER, 'jars.sha256');
/** A Java program in one source file: Java compiles it when it starts. */
export const OPENSEARCH_MAIN = join(FOLDER, 'Main.java');
const OLDEST_JAVA = 21;
/** Where distributions put the Javas that are not the default one. */
const JAVA_HOMES = '/usr/lib/jvm';

/** The folder with the jars, fetched now unless the cache has them. Throws SloError `prerequisite-missing`. */
export async function opensearchJars(options: MakeOptions): Promise<string> {
  const [pom, sums] = await Promise.all([readFile(POM, 'utf8'), readFile(SUMS, 'utf8')]);
  return cached(
    {
      name: 'opensearch-3.8.0',
      madeFrom: [pom, sums],
      usually: 'half a minute',
      make: async (folder, run) => {
        const into = ['-DincludeScope=runtime', `-DoutputDirectory=${folder}`];
        await run('mvn', ['-B', '-q', '-f', POM, 'dependency:copy-dependencies', ...into]);
        await verify(folder, sums);
      },
    },
    options,
  );
}

/** Checks that every jar is in the list, with the listed checksum. `sums`: as sha256sum writes them. */
async function verify(folder: string, sums: string): Promise<void> {
  const expected = new Map(
    sums
      .trim()
      .split('\n')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  for (const name of await readdir(folder)) {
    const sum = createHash('sha256').update(await readFile(join(folder, name)));
    if (expected.get(name) !== sum.digest('hex')) {
      throw new SloError('prerequisite-missing', `${name} has not the checksum that ${SUMS} states`, {
        hint: 'is a Maven mirror in between that serves something else?',
      });
    }
  }
}

/** A Java that runs OpenSearch 3: from JAVA_HOME, on PATH or in /usr/lib/jvm. Throws SloError `prerequisite-missing` without one. */
export async function findJava(): Promise<string> {
  const homes = existsSync(JAVA_HOMES) ? (await readdir(JAVA_HOMES)).map((name) => join(JAVA_HOMES, name)) : [];
  const named = process.env['JAVA_HOME'];
  const javaOf = (home: string) => join(home, 'bin/java');
  const candidates = [
    ...(named ? [javaOf(named)] : []),
    'java',
    ...homes.map(javaOf).filter((java) => existsSync(java)),
  ];
  for (const java of candidates) {
    const { stderr } = await runCommand(java, ['-version'], { env: process.env });
    if (Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0) >= OLDEST_JAVA) return java;
  }
  throw new SloError('prerequisite-missing', `OpenSearch needs Java ${OLDEST_JAVA} or newer, and none was found`, {
    hint: 'install one, and name it in JAVA_HOME',
  });
}

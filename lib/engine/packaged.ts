/** The engine that npm installed: a package of its own for each platform, an optional dependency of a released aragora-slo. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SloError } from '../core/error.ts';
import { expectIntact } from './intact.ts';
import { HOST, type Platform, packageOf, programSuffix } from './platform.ts';

/** What the manifest of a platform's package says of the engine in it, under `engine`. */
export interface PackagedEngine {
  /** `sourceHash` of what it was built from. */
  readonly sources: string;
  /** Of its file, in hexadecimal. */
  readonly sha256: string;
}

interface Manifest {
  readonly version: string;
  readonly engine?: PackagedEngine;
}

/** Where a platform's package has its engine. */
export function packagedPath(folder: string, platform: Platform): string {
  return join(folder, 'bin', `engine${programSuffix(platform)}`);
}

const AGAIN = 'install aragora-slo again; its packages have one version';

/**
 * The engine that npm installed beside the package with `moduleDir`; undefined where there is none.
 * @param sources `sourceHash` of that package's own sources.
 * @throws SloError `prerequisite-missing` when it was built from other sources, or is damaged. No other engine silently replaces it.
 */
export async function packagedEngine(moduleDir: string, sources: string): Promise<string | undefined> {
  const name = packageOf(HOST);
  const manifestPath = resolved(moduleDir, `${name}/package.json`);
  if (manifestPath === undefined) return undefined;
  const { version, engine } = JSON.parse(await readFile(manifestPath, 'utf8')) as Manifest;
  const installed = `the load engine of ${name} ${version}`;
  if (engine?.sources !== sources) {
    const got = engine?.sources ?? 'nothing';
    const message = `${installed} is of another version: expected one from the sources ${sources}, got ${got}`;
    throw new SloError('prerequisite-missing', message, { hint: AGAIN });
  }
  const path = packagedPath(dirname(manifestPath), HOST);
  await expectIntact(path, { sha256: engine.sha256, what: installed, hint: AGAIN });
  return path;
}

function resolved(from: string, wanted: string): string | undefined {
  try {
    return createRequire(join(from, 'package.json')).resolve(wanted);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

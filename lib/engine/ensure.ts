/** Chooses the load engine: a named one, one that npm installed, the cached one, a fresh build, or a stock k6. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SloError } from '../core/error.ts';
import { BUILD_FLAGS, buildEngine, exists } from './build.ts';
import { cacheDir, sourceHash } from './cache.ts';
import { expectIntact, forget } from './intact.ts';
import { packagedEngine } from './packaged.ts';
import { HOST, programSuffix } from './platform.ts';
import { type Engine, findOnPath, probeEngine } from './probe.ts';
import { findGo, type GoToolchain } from './toolchain.ts';

export type { Engine } from './probe.ts';

/** The sources that the engine is built from. */
export const ENGINE_MODULE = fileURLToPath(new URL('../../engine', import.meta.url));
export const INSTALLED = 'the load engine that npm installed';
const OTHER_WAY = 'install k6 v2 (https://k6.io) on PATH or name it in ARAGORA_SLO_K6';

export interface EnsureOptions {
  /** Receives a line for a person now and then while something takes long. */
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Default: process.env. Reads ARAGORA_SLO_K6, ARAGORA_SLO_CACHE, XDG_CACHE_HOME, PATH, and what Go reads. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: engine/ of this package. */
  readonly moduleDir?: string;
}

/**
 * The engine to run: `ARAGORA_SLO_K6`, else the one that npm installed, else the cached build of engine/, else one built now, else (without
 * a usable Go) the k6 on PATH. A build that fails is an error; no other k6 silently replaces it.
 * @throws SloError `prerequisite-missing`, `storage` or `interrupted`.
 */
export async function ensureEngine(options: EnsureOptions): Promise<Engine> {
  const env = options.env ?? process.env;
  const common = { env, onProgress: options.onProgress, signal: options.signal };
  const named = env['ARAGORA_SLO_K6'];
  if (named) return probeEngine(named, 'ARAGORA_SLO_K6', { ...common, hint: 'name a k6 binary, or unset it' });

  const moduleDir = options.moduleDir ?? ENGINE_MODULE;
  const packaged = await installedEngine(moduleDir);
  if (packaged !== undefined) return probeEngine(packaged, INSTALLED, { ...common, hint: 'install aragora-slo again' });

  const cached = await enginePath(env, moduleDir);
  if (!(await exists(cached))) {
    const go = await findGo(moduleDir, common);
    if (!go.usable) return stockEngine(go, common);
    await buildEngine(moduleDir, cached, common);
    await forget(cached);
  }
  await expectIntact(cached);
  return probeEngine(cached, 'the cached load engine', { ...common, hint: 'delete it; it is built again' });
}

/** The one that npm installed; undefined where there is none. Throws as `packagedEngine` does. */
export async function installedEngine(moduleDir = ENGINE_MODULE): Promise<string | undefined> {
  return packagedEngine(moduleDir, await sourceHash(moduleDir, BUILD_FLAGS));
}

/** Where the engine for the present sources is cached, whether it exists or not. */
export async function enginePath(
  env: NodeJS.ProcessEnv = process.env,
  moduleDir = ENGINE_MODULE,
  platform = HOST,
): Promise<string> {
  const hash = await sourceHash(moduleDir, BUILD_FLAGS, platform);
  return join(cacheDir(env), `engine-${hash}${programSuffix(platform)}`);
}

async function stockEngine(
  go: Extract<GoToolchain, { usable: false }>,
  options: { env: NodeJS.ProcessEnv; onProgress: (line: string) => void; signal: AbortSignal | undefined },
): Promise<Engine> {
  const hint = `${go.remedy}, or ${OTHER_WAY}`;
  const path = await findOnPath('k6', options.env);
  if (path === undefined) {
    throw new SloError(
      'prerequisite-missing',
      `the load engine needs Go to be built, or a k6: ${go.reason}, and no k6 is on PATH`,
      { hint },
    );
  }
  options.onProgress(
    `${go.reason}: using ${path}, which costs more CPU for each request than the engine built from engine/`,
  );
  return probeEngine(path, 'the k6 on PATH', { ...options, hint });
}

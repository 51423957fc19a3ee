/** Bundles sources into one file, with esbuild, whose own process ends with the last bundle. */
import { type BuildFailure, type BuildOptions, build, stop } from 'esbuild';

/** What every bundle of ours has in common. */
export type BundleOptions = Omit<BuildOptions, 'bundle' | 'write' | 'logLevel' | 'tsconfigRaw'>;

/** What is wrong with a source, in esbuild's words. */
export class BundleError extends Error {
  /** Of the source, as esbuild names it; null where the fault has no place. */
  readonly place: { readonly file: string; readonly line: number } | null;

  constructor(failure: BuildFailure) {
    const [first] = failure.errors;
    super(first?.text ?? failure.message, { cause: failure });
    this.place = first?.location ?? null;
  }
}

/** So many bundles are being made, or wait for the one before. */
let bundling = 0;
let before: Promise<unknown> = Promise.resolve();

/**
 * The texts of the bundle by the ending of their names, for example `.js`: one that was not made is missing. Nothing is written. One after the
 * other.
 * @throws BundleError where a source can't be read, does not parse, or imports what is not there.
 */
export function bundle(options: BundleOptions): Promise<ReadonlyMap<string, string>> {
  bundling += 1;
  const made = before.then(() => bundleAlone(options));
  // Whoever asked for it learns how it failed.
  before = made.catch(() => {});
  return made;
}

async function bundleAlone(options: BundleOptions): Promise<ReadonlyMap<string, string>> {
  try {
    const { outputFiles } = await built(options);
    return new Map(outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf('.')), text]));
  } catch (error) {
    throw isFailure(error) ? new BundleError(error) : error;
  } finally {
    bundling -= 1;
    if (bundling === 0) await stop();
  }
}

/** A Ctrl-C ends esbuild's process with the others of its group. What it means is for the harness to decide, so a new one makes the bundle. */
async function built(options: BundleOptions) {
  // A project's own build settings are not for these files: the same sources have the same bundle, wherever they are installed.
  const settings = { ...options, ...({ tsconfigRaw: {}, bundle: true, write: false, logLevel: 'silent' } as const) };
  try {
    return await build(settings);
  } catch (error) {
    if (isFailure(error)) throw error;
    await stop();
    return build(settings);
  }
}

function isFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors) && error.errors.length > 0;
}

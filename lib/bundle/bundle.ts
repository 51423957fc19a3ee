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

let bundling = 0;

/**
 * The texts of the bundle by the ending of their names, for example `.js`: one that was not made is missing. Nothing is written.
 * @throws BundleError where a source can't be read, does not parse, or imports what is not there.
 */
export async function bundle(options: BundleOptions): Promise<ReadonlyMap<string, string>> {
  bundling += 1;
  try {
    // A project's own build settings are not for these files: the same sources have the same bundle, wherever they are installed.
    const settings = { tsconfigRaw: {}, bundle: true, write: false, logLevel: 'silent' } as const;
    const { outputFiles } = await build({ ...options, ...settings });
    return new Map(outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf('.')), text]));
  } catch (error) {
    throw isFailure(error) ? new BundleError(error) : error;
  } finally {
    bundling -= 1;
    // It would end the bundles of others, too.
    if (bundling === 0) await stop();
  }
}

function isFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors) && error.errors.length > 0;
}

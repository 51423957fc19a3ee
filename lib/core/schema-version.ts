/** The version of what is written to a run folder, and which older ones are still read. */

/** Of every file in a run folder. */
export const SCHEMA_VERSION = 2;

/** Folders of these versions are judged: lib/run/upgrade.ts brings their files to the shapes of today. Any other is refused, never guessed at. */
export const READABLE_VERSIONS: readonly unknown[] = [1, SCHEMA_VERSION];

/** The version of the files in a run folder, and which older versions are still read. */

/** Of every file in a run folder. */
export const SCHEMA_VERSION = 2;

/**
 * Folders of these versions are judged: lib/run/upgrade.ts converts their files to today's shapes. Any other version is refused, never
 * guessed at.
 */
export const READABLE_VERSIONS: readonly unknown[] = [1, SCHEMA_VERSION];

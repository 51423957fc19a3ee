/** Owns the version of what is written to a run folder. Refuses to know the files. */

/** Version of every file in a run folder; a folder of another version is refused, never guessed at. */
export const SCHEMA_VERSION = 1;

/** Whether an engine is still what was built: its checksum lies beside it, with the size and time of the file that it was read from. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';

interface Known {
  readonly sha256: string;
  readonly bytes: number;
  readonly changedAtMs: number;
}

/** What an engine has to be, and what to say where it is not. */
export interface Expected {
  /** Absent: what it was when it was looked at first. */
  readonly sha256?: string;
  readonly what: string;
  readonly hint: string;
}

const CACHED: Expected = { what: 'the cached load engine', hint: 'delete it; it is built again' };

/**
 * Reads the whole engine only if its size or time differ from those of the last look: that takes 0.2 s of a core. An engine without a
 * checksum gets one: it was built by an older version.
 * @throws SloError `prerequisite-missing` when its checksum is another one, or its file is not there.
 */
export async function expectIntact(engine: string, expected = CACHED): Promise<void> {
  const known = await readKnown(engine);
  const wanted = expected.sha256 ?? known?.sha256;
  const { size: bytes, mtimeMs: changedAtMs } = await statOf(engine, expected);
  if (known?.sha256 === wanted && known?.bytes === bytes && known.changedAtMs === changedAtMs) return;
  const sha256 = await checksumOf(engine);
  if (wanted !== undefined && wanted !== sha256)
    throw new SloError(
      'prerequisite-missing',
      `${expected.what} "${engine}" is damaged: expected SHA-256 ${wanted}, got ${sha256}`,
      { hint: expected.hint },
    );
  const found: Known = { sha256, bytes, changedAtMs };
  // In a cache that can't be written, the engine is read again the next time.
  await writeFile(noteOf(engine), `${JSON.stringify(found)}\n`).catch(() => {});
}

async function statOf(engine: string, { what, hint }: Expected): Promise<{ size: number; mtimeMs: number }> {
  try {
    return await stat(engine);
  } catch (cause) {
    throw new SloError('prerequisite-missing', `${what} can't be read: ${fileErrorText(cause)}`, { hint, cause });
  }
}

/** After a build: what was known of an engine of the same sources that somebody deleted. */
export function forget(engine: string): Promise<void> {
  return rm(noteOf(engine), { force: true });
}

function noteOf(engine: string): string {
  return `${engine}.sha256`;
}

/** Undefined when there is none, it can't be read, or it was cut off: then the engine is read, too. */
async function readKnown(engine: string): Promise<Known | undefined> {
  try {
    const known = JSON.parse(await readFile(noteOf(engine), 'utf8')) as Partial<Known> | null;
    return typeof known?.sha256 === 'string' ? (known as Known) : undefined;
  } catch {
    return undefined;
  }
}

async function checksumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

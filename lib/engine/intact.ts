/** Whether a cached engine is still what was built: its checksum lies beside it, with the size and time of the file that it was read from. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { SloError } from '../core/error.ts';

interface Known {
  readonly sha256: string;
  readonly bytes: number;
  readonly changedAtMs: number;
}

/**
 * Reads the whole engine only if its size or time differ from those of the last look: that takes 0.2 s of a core. An engine without a
 * checksum gets one: it was built by an older version.
 * @throws SloError `prerequisite-missing` when its checksum is another one.
 */
export async function expectIntact(engine: string): Promise<void> {
  const known = await readKnown(engine);
  const { size: bytes, mtimeMs: changedAtMs } = await stat(engine);
  if (known?.bytes === bytes && known.changedAtMs === changedAtMs) return;
  const sha256 = await checksumOf(engine);
  if (known !== undefined && known.sha256 !== sha256)
    throw new SloError(
      'prerequisite-missing',
      `the cached load engine "${engine}" is damaged: expected SHA-256 ${known.sha256}, got ${sha256}`,
      { hint: 'delete it; it is built again' },
    );
  const found: Known = { sha256, bytes, changedAtMs };
  // In a cache that can't be written, the engine is read again the next time.
  await writeFile(noteOf(engine), `${JSON.stringify(found)}\n`).catch(() => {});
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

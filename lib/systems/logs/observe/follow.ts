/** Follows a growing log file: from its present end, through rotation and truncation. */
import { type FileHandle, open, stat } from 'node:fs/promises';

const CHUNK_BYTES = 64 * 1024;

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

export class FollowedFile {
  readonly #path: string;
  readonly #onBytes: (bytes: Uint8Array) => void;
  readonly #onBreak: () => void;
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);
  #file: FileHandle | null = null;
  #position = 0;
  #rotations = 0;
  #everOpened = false;

  /** @param onBreak called when what follows is the start of another file, or of the same file after it was emptied. */
  constructor(path: string, onBytes: (bytes: Uint8Array) => void, onBreak: () => void) {
    this.#path = path;
    this.#onBytes = onBytes;
    this.#onBreak = onBreak;
  }

  /** How often the file was replaced or emptied. */
  get rotations(): number {
    return this.#rotations;
  }

  /** Whether there has been such a file. */
  get existed(): boolean {
    return this.#everOpened;
  }

  /**
   * Goes to the file's end. A file that does not exist yet is waited for and read from its start.
   * @returns whether the end is in the middle of a line.
   */
  async goToEnd(): Promise<boolean> {
    if (!(await this.#open()) || this.#file === null) return false;
    this.#position = (await this.#file.stat()).size;
    if (this.#position === 0) return false;
    const { buffer } = await this.#file.read(Buffer.alloc(1), 0, 1, this.#position - 1);
    return buffer[0] !== 10;
  }

  /** Reads what is there now, the old file first if there is a new one. */
  async read(): Promise<void> {
    if (this.#file === null && !(await this.#open())) return;
    await this.#rewindIfEmptied();
    await this.#readToEnd();
    if (!(await this.#isReplaced())) return;
    await this.#readToEnd();
    await this.close();
    this.#rotations += 1;
    this.#onBreak();
    if (await this.#open()) await this.#readToEnd();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  async #open(): Promise<boolean> {
    try {
      // Opening a named pipe would wait for somebody to write to it.
      if (!(await stat(this.#path)).isFile()) throw new Error('it is no regular file (what is piped in is called -)');
      this.#file = await open(this.#path, 'r');
    } catch (error) {
      if (!isMissing(error)) throw error;
      return false;
    }
    this.#position = 0;
    this.#everOpened = true;
    return true;
  }

  async #rewindIfEmptied(): Promise<void> {
    const size = (await this.#file?.stat())?.size ?? 0;
    if (size >= this.#position) return;
    this.#position = 0;
    this.#rotations += 1;
    this.#onBreak();
  }

  async #readToEnd(): Promise<void> {
    while (this.#file !== null) {
      const { bytesRead } = await this.#file.read(this.#chunk, 0, CHUNK_BYTES, this.#position);
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      this.#onBytes(this.#chunk.subarray(0, bytesRead));
    }
  }

  /** Whether the path now names another file. While it names none, the old one may still grow. */
  async #isReplaced(): Promise<boolean> {
    try {
      const [named, held] = await Promise.all([stat(this.#path), this.#file?.stat()]);
      return held !== undefined && (named.ino !== held.ino || named.dev !== held.dev);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return false;
    }
  }
}

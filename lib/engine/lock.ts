/** One process at a time may make something in the cache. The only importer of proper-lockfile. */
import lockfile from 'proper-lockfile';

/**
 * Locks `target`, which need not exist; returns what unlocks it. undefined: another process has the lock. The lock of a dead process is
 * free after 10 s. A lock that is lost because the machine slept costs a second build, never a wrong one.
 */
export async function tryLock(target: string): Promise<(() => Promise<void>) | undefined> {
  let lost = false;
  const onCompromised = (): void => {
    lost = true;
  };
  try {
    const release = await lockfile.lock(target, { realpath: false, stale: 10_000, update: 2_000, onCompromised });
    return async () => {
      if (!lost) await release();
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    return undefined;
  }
}

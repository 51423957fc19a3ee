/** A deadline for a piece of work. The only place that makes one, because the usual form of it is lost now and then. */

export interface Limit {
  readonly ms: number;
  /** Ends the work before its deadline. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives `work` a signal that aborts after `ms` (with a `TimeoutError`), or with `signal`.
 *
 * Not `AbortSignal.any` with `AbortSignal.timeout`: nothing holds the timeout, Node 20 collects it with other memory, and it then never fires.
 */
export async function within<T>({ ms, signal }: Limit, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const either = new AbortController();
  const late = (): void => either.abort(new DOMException(`not done within ${ms} ms`, 'TimeoutError'));
  const end = (): void => either.abort(signal?.reason);
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end);
  const timer = setTimeout(late, ms);
  try {
    return await work(either.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

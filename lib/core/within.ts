/** A deadline for a piece of work, and work that goes on beside others. The only place that makes a deadline, because the usual form of it is lost now and then. */

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

/**
 * For the `catch` of work that goes on beside others: what it throws after `signal` was aborted comes of that. Nobody may wait for such work any
 * more, and Node ends the process at a rejection that nobody waits for.
 */
export function unlessAborted(signal: AbortSignal | undefined): (error: unknown) => void {
  return (error) => {
    if (signal?.aborted !== true) throw error;
  };
}

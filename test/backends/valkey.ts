/** Valkey, which stands in for Redis, as tests start it. */
import { runValkey } from '../../lib/stack/valkey.ts';

export interface Valkey {
  readonly url: string;
  stop(): Promise<void>;
}

/** An empty one on a free port, which keeps nothing. @param settings as on its command line, for example `['--requirepass', 'x']`. */
export function launchValkey(settings: readonly string[] = []): Promise<Valkey> {
  return runValkey({ onProgress: (line) => console.log(line), settings });
}

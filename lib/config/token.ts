/** Owns the API token: read from the environment, fit for a header. Refuses to repeat it, in a message or anywhere else. */
import { SloError } from '../core/error.ts';

/**
 * `ARAGORA_API_TOKEN`; undefined when it is not set or empty.
 * @throws SloError `usage` when it can't stand in an HTTP header (RFC 6750 allows visible ASCII).
 */
export function apiToken(env: NodeJS.ProcessEnv): string | undefined {
  const token = env['ARAGORA_API_TOKEN'];
  if (!token) return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new SloError('usage', 'ARAGORA_API_TOKEN must be visible ASCII characters, got others (not shown)', {
    hint: 'a line break at the end of a secret is a usual cause',
  });
}

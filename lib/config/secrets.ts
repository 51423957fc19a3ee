/** All that comes from the environment alone because it is secret. No message repeats any of it. */
import type { BackendAccess } from '../http/access.ts';
import type { SystemValues } from '../systems/options.ts';
import { backendAccess, headerToken } from './backend-access.ts';

const API_TOKEN = 'ARAGORA_API_TOKEN';

export interface Secrets {
  /** For the target; undefined when there is none. */
  readonly token: string | undefined;
  /** For the backends of its telemetry. */
  readonly access: BackendAccess;
}

/** @throws SloError `usage` for what can't be sent, and for a certificate that can't be read. */
export function secretsFor(sources: SystemValues, env: NodeJS.ProcessEnv): Secrets {
  return { access: backendAccess(env, sources), token: apiToken(env) };
}

/** undefined when it is not set or empty. @throws SloError `usage` when it is not legal in an HTTP header. */
export function apiToken(env: NodeJS.ProcessEnv): string | undefined {
  const token = env[API_TOKEN];
  return token ? headerToken(API_TOKEN, token) : undefined;
}

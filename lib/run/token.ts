/** The bearer token that a load sends. */
import type { Plan } from '../core/plan.ts';

interface Secrets {
  /** What the user gave. */
  readonly token: string | undefined;
  /** The made-up secret of this run; undefined where nothing of the server is looked at. */
  readonly canary: string | undefined;
}

/**
 * The reference target ignores a token that it did not ask for. A real server may warn of each in its log, so what is measured would not be the
 * same.
 */
export function tokenToSend({ target }: Pick<Plan, 'target'>, { token, canary }: Secrets): string | undefined {
  return token ?? (target.embedded ? canary : undefined);
}

/** How the reference target's sign-in can be wrong, as data. index.ts carries out each kind. */
import type { StateIs } from '../../../target/sign-in.ts';

export type OAuthFault =
  /** The list of providers. */
  | { readonly kind: 'list'; readonly status: number; readonly body: string }
  | { readonly kind: 'start-without-redirect' }
  | { readonly kind: 'start-lacks'; readonly parameter: string }
  | { readonly kind: 'state'; readonly how: 'same' | 'counted' | 'none' }
  /** The callback accepts this kind of state, too. */
  | { readonly kind: 'accepted'; readonly state: Exclude<StateIs, 'good'> }
  | { readonly kind: 'allowed'; readonly how: 'any' | 'begins-alike' }
  | { readonly kind: 'callback-refused' }
  | { readonly kind: 'provider-error-500' }
  | { readonly kind: 'secret-in-start' }
  | { readonly kind: 'token-in-query' };

/** How the reference target can be wrong in what it reports to Sentry, as data. index.ts carries out each kind. */
export type SentryFault =
  | { readonly kind: 'errors-lost' }
  | { readonly kind: 'field-changed'; readonly field: 'environment' | 'release'; readonly to: string | null }
  | { readonly kind: 'header-kept'; readonly header: 'authorization' | 'cookie' }
  /** Where a cookie of the request is written down. */
  | { readonly kind: 'cookie-copied'; readonly cookie: string; readonly to: 'breadcrumb' | 'user' }
  | { readonly kind: 'share'; readonly share: number };

/** Credentials and TLS settings for a team's backend. Kept only in memory. */

export type HttpAuth =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string };

export interface HttpTls {
  /** PEM of the authority that signed the backend's certificate, used instead of the public ones; absent: only the public ones. */
  readonly caPem?: string | undefined;
  /** The file that it is in, for programs that read it themselves. */
  readonly caFile?: string | undefined;
  /** PEM of a client certificate and its key, for backends that ask for one. */
  readonly certPem?: string | undefined;
  readonly keyPem?: string | undefined;
  /** Accepts any certificate. */
  readonly unchecked?: boolean;
}

export interface HttpAccess {
  readonly auth?: HttpAuth | undefined;
  readonly tls?: HttpTls | undefined;
}

/** By the name of the option that says where the backend is, for example `loki`; `metrics` is the server's own /metrics. */
export type BackendAccess = Readonly<Partial<Record<string, HttpAccess>>>;

/** The target's own token and authority, where it has them. */
export function withToken(token: string | undefined, tls?: HttpTls): HttpAccess {
  return { ...(token === undefined ? {} : { auth: { kind: 'bearer', token } }), ...(tls === undefined ? {} : { tls }) };
}

/** The header `Authorization`. */
export function authorization(auth: HttpAuth): string {
  if (auth.kind === 'bearer') return `Bearer ${auth.token}`;
  return `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
}

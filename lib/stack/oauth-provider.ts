/**
 * Stands in for Google and GitHub on loopback: a sign-in there needs no person. It is strict where real providers are: a code counts once,
 * for the address that it was sent to, and only for who knows the client's secret. The only importer of oauth2-mock-server.
 */
import { OAuth2Server } from 'oauth2-mock-server';
import { SloError } from '../core/error.ts';
import { HOST } from './process.ts';

export interface OAuthProvider {
  /** Below it: `/authorize`, `/token`, `/userinfo`, and `/.well-known/openid-configuration`. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface OAuthProviderOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** What a client has to send for its tokens; absent: whatever it has. */
  readonly clientSecret?: string;
}

/** Who signs in, as Google, GitHub and OpenID Connect name a user. */
const USER = {
  id: '1001',
  sub: '1001',
  login: 'stand-in',
  name: 'Stand-in User',
  email: 'stand-in@aragora-slo.example',
  email_verified: true,
  verified_email: true,
};
/** Codes of sign-ins that were never finished. */
const MOST_CODES = 10_000;

/** @throws SloError `prerequisite-missing` when the port is taken. */
export async function startOAuthProvider(options: OAuthProviderOptions = {}): Promise<OAuthProvider> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  /** The address that each code was sent to. */
  const codes = new Map<string, string>();
  server.service.on('beforeAuthorizeRedirect', ({ url }) => {
    const code = url.searchParams.get('code');
    if (code !== null && codes.size < MOST_CODES) codes.set(code, url.origin + url.pathname);
  });
  server.service.on('beforeResponse', (answer, { body }) => {
    const refused = refusal(body as TokenRequest, codes, options.clientSecret);
    if (refused !== null) Object.assign(answer, refused);
  });
  server.service.on('beforeUserinfo', (answer) => {
    answer.body = USER;
  });
  try {
    await server.start(options.port ?? 0, HOST);
  } catch (cause) {
    const message = `the stand-in sign-in provider can't listen on ${HOST}:${options.port}`;
    const hint = `${cause instanceof Error ? cause.message : cause}; port 0 takes a free one`;
    throw new SloError('prerequisite-missing', message, { hint, cause });
  }
  // What it says of itself has the address at which it listens.
  const url = `http://${HOST}:${server.address().port}`;
  server.issuer.url = url;
  let stopping: Promise<void> | undefined;
  return { url, stop: () => (stopping ??= server.stop()) };
}

interface TokenRequest {
  readonly code?: string;
  readonly redirect_uri?: string;
  readonly client_secret?: string;
}

function refusal(
  { code = '', redirect_uri, client_secret }: TokenRequest,
  codes: Map<string, string>,
  secret?: string,
) {
  const sentTo = codes.get(code);
  codes.delete(code);
  if (secret !== undefined && client_secret !== secret) return { statusCode: 401, body: { error: 'invalid_client' } };
  const isGood = sentTo !== undefined && redirect_uri !== undefined && sameAddress(sentTo, redirect_uri);
  return isGood ? null : { statusCode: 400, body: { error: 'invalid_grant' } };
}

function sameAddress(a: string, b: string): boolean {
  if (!URL.canParse(b)) return false;
  const { origin, pathname } = new URL(b);
  return a === origin + pathname;
}

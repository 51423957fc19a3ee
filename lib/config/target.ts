/** Owns the address of the target: what is a usable URL, and that no secret is in it. Refuses to know whether anyone answers. */
import { SloError } from '../core/error.ts';

const SECRET_PARAMETER = /token|key|secret|password|auth/i;

/**
 * The target's HTTP base URL (no trailing slash) and its WebSocket URL (`/ws` of the same server unless given).
 * @param said how the user named the two.
 * @throws SloError `usage` for another scheme, no host, or credentials in the URL (which are not repeated).
 */
export function targetUrls(
  target: string,
  ws?: string,
  said = { target: '--target', ws: '--ws' },
): { httpUrl: string; wsUrl: string } {
  const http = parse(said.target, target, ['http:', 'https:']);
  const httpUrl = http.href.replace(/\/+$/, '');
  const wsUrl = ws === undefined ? `${httpUrl.replace(/^http/, 'ws')}/ws` : parse(said.ws, ws, ['ws:', 'wss:']).href;
  return { httpUrl, wsUrl };
}

function parse(option: string, text: string, schemes: readonly string[]): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    // What can't be parsed can't be searched for a secret either: only what has no place for one is repeated.
    const got = /[@?#]/.test(text) ? 'what is none' : `"${text}"`;
    throw new SloError('usage', `${option} must be a URL, got ${got}`, {
      hint: `for example ${schemes[0]}//127.0.0.1:8080`,
      cause,
    });
  }
  if (!schemes.includes(url.protocol)) {
    throw new SloError('usage', `${option} must begin with ${schemes.join('// or ')}//, got "${url.protocol}"`);
  }
  if (
    url.username !== '' ||
    url.password !== '' ||
    [...url.searchParams.keys()].some((name) => SECRET_PARAMETER.test(name))
  ) {
    throw new SloError('usage', `${option} carries a credential in the URL, where it would be stored`, {
      hint: 'put the token into the environment variable ARAGORA_API_TOKEN',
    });
  }
  // A lone ? or # is in neither of its parts, but in every address made of it.
  if (/[?#]/.test(url.href)) throw new SloError('usage', `${option} must have no query and no fragment`);
  return url;
}

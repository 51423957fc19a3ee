/** What a monitor asks, compared with the server under load. */
import type { SeenMonitor } from '../observation.ts';

/** Monitors of WebSockets write ws, and others http for the same. */
const AS_HTTP: Readonly<Record<string, string>> = { 'ws:': 'http:', 'wss:': 'https:' };

/** @param target the server's address. */
export function addressOf(url: string | null, target: string): Pick<SeenMonitor, 'url' | 'path' | 'atTarget'> {
  if (url === null || !/^(https?|wss?):\/\//.test(url) || !URL.canParse(url))
    return { url: null, path: null, atTarget: false };
  const { href, origin, pathname, host, protocol } = new URL(url);
  const bare = new URL(target);
  const prefix = bare.pathname.replace(/\/+$/, '');
  const isSame = (AS_HTTP[protocol] ?? protocol) === bare.protocol && host === bare.host;
  const path = pathname.replace(/\/+$/, '') || '/';
  const below = isSame && prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  // A query may have a credential. Of ws the URL's own origin is "null".
  const shown = origin === 'null' ? (href.split(/[?#]/)[0] ?? '') : origin + pathname;
  return { url: shown, path: below, atTarget: isSame && path.startsWith(prefix) };
}

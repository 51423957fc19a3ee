/**
 * For whom the receiver answers. A web page can make a browser on this machine send to any port, under a name of its own that it lets lead here; so a
 * request is taken only under a name that leads nowhere else.
 */
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/**
 * Whether a request may be addressed so: `authority` is the header Host, or `:authority`. A sender that names nobody is no browser.
 * @param listensAt the address at which the receiver listens
 */
export function isKnownHost(authority: string | undefined, listensAt: string): boolean {
  if (authority === undefined || authority === '') return true;
  const name = nameOf(authority);
  if (name === null) return false;
  if (isIP(name) !== 0 || isPrivate(name)) return true;
  return name === listensAt.toLowerCase() || name === hostname().toLowerCase();
}

/** Nobody can own such a name: it is one of this machine or its network. `.internal` is how containers call the machine that they run on. */
function isPrivate(name: string): boolean {
  return !name.includes('.') || name.endsWith('.localhost') || name.endsWith('.internal');
}

function nameOf(authority: string): string | null {
  const url = `http://${authority}`;
  if (!URL.canParse(url)) return null;
  const { hostname: name, username, password, pathname } = new URL(url);
  if (username !== '' || password !== '' || pathname !== '/') return null;
  return name.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

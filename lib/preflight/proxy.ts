/** Whether the environment names a proxy for the target. A load goes straight to it: a proxy would be measured instead. */
import type { Found, Wanted } from './question.ts';

/** Nobody uses a proxy for these, whatever the environment says. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export async function askProxy({ httpUrl, env }: Wanted): Promise<Found> {
  const proxy = proxyOf(httpUrl, env);
  if (proxy === undefined) return { notes: [] };
  return { notes: [`${proxy} is not used: the load and all other requests go straight to ${new URL(httpUrl).host}`] };
}

/** The variable with a proxy for this address; undefined where there is none, or where NO_PROXY exempts it. */
export function proxyOf(httpUrl: string, env: NodeJS.ProcessEnv): string | undefined {
  const { protocol, hostname, port } = new URL(httpUrl);
  if (LOOPBACK.test(hostname)) return undefined;
  const names = protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const name = names.find((one) => env[one]);
  const exempt = (env['NO_PROXY'] || env['no_proxy'] || '').split(',').map((one) => one.trim());
  return name === undefined || exempt.some((one) => isExempt(one, hostname, port)) ? undefined : name;
}

/** `*`, a name and all below it, or a name with a port. A range of addresses is taken for none: the note then comes too often. */
function isExempt(exempt: string, hostname: string, port: string): boolean {
  if (exempt === '') return false;
  if (exempt === '*') return true;
  const [name = '', itsPort] = exempt
    .toLowerCase()
    .replace(/^\*?\./, '')
    .split(':');
  return (itsPort === undefined || itsPort === port) && (hostname === name || hostname.endsWith(`.${name}`));
}

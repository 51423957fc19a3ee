/**
 * Which address each name of the target stands for. The engine asks name servers itself, knows no other source of names that the machine has, and
 * prefers IPv4: without this it may load another address than the one that answered here, or none.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { within } from '../core/within.ts';
import type { Found, Wanted } from './question.ts';

/** How names and addresses are tried. */
export interface Network {
  /** [] for a name that nobody knows. */
  readonly resolve: (name: string) => Promise<readonly LookupAddress[]>;
  /** What name servers alone know of it, as the engine asks them, and again every few minutes. */
  readonly served: (name: string) => Promise<readonly string[]>;
  readonly connects: (address: string, port: number, signal: AbortSignal) => Promise<boolean>;
}

const CONNECT_MS = 2_000;

const REAL: Network = {
  resolve: (name) =>
    new Promise((done) => lookup(name, { all: true }, (error, addresses) => done(error === null ? addresses : []))),
  served: async (name) => {
    const servers = new Resolver({ timeout: CONNECT_MS, tries: 1 });
    const known = await Promise.allSettled([servers.resolve4(name), servers.resolve6(name)]);
    return known.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  },
  connects: (host, port, signal) =>
    within({ ms: CONNECT_MS, signal }, (soon) => {
      const socket = connect({ host, port, signal: soon });
      return new Promise<boolean>((done) => {
        socket.once('connect', () => done(true)).once('error', () => done(false));
      }).finally(() => socket.destroy());
    }),
};

export async function askAddresses(
  { httpUrl, wsUrl }: Pick<Wanted, 'httpUrl' | 'wsUrl'>,
  signal: AbortSignal,
  network = REAL,
): Promise<Found> {
  const hosts: Record<string, string> = {};
  const notes: string[] = [];
  // Where both have one name, the address of HTTP counts.
  for (const url of [wsUrl, httpUrl].map((one) => new URL(one))) {
    const taken = await addressOf(url, signal, network);
    if (taken === undefined) continue;
    hosts[url.hostname] = taken.address;
    if (taken.note !== undefined && url.href.startsWith('http')) notes.push(taken.note);
  }
  return { notes, ...(Object.keys(hosts).length === 0 ? {} : { hosts }) };
}

interface Taken {
  readonly address: string;
  readonly note?: string;
}

/** undefined where the engine may choose: for an address, and for a name whose addresses answer all alike. */
async function addressOf(url: URL, signal: AbortSignal, network: Network): Promise<Taken | undefined> {
  const { hostname } = url;
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return undefined;
  const addresses = await network.resolve(hostname);
  const [only, ...others] = addresses;
  if (only === undefined) return undefined;
  if (others.length === 0) {
    // A name server's answer may change during a long load, and the engine then follows it.
    const served = hostname === 'localhost' ? [] : await network.served(hostname);
    return served.includes(only.address) ? undefined : { address: only.address };
  }
  const port = Number(url.port) || (/^(https|wss):$/.test(url.protocol) ? 443 : 80);
  const answers = await Promise.all(addresses.map(({ address }) => network.connects(address, port, signal)));
  const usable = addresses.filter((_, at) => answers[at]);
  const [first] = usable;
  const v4 = addresses.filter(({ family }) => family === 4);
  const chosen = v4.length === 0 ? addresses : v4;
  if (first === undefined || chosen.every((one) => usable.includes(one))) return undefined;
  const silent = addresses.filter((one) => !usable.includes(one)).map(({ address }) => address);
  const note = `${hostname} has several addresses, and nothing answers at ${silent.join(', ')}: the load goes to ${first.address}`;
  return { address: first.address, note };
}

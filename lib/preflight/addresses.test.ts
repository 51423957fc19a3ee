/** Which address a load goes to, for names with one address, with several, and with none. */
import { expect, test } from 'vitest';
import { askAddresses, type Network } from './addresses.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  localhost: ['::1', '127.0.0.1'],
  'one.example': ['192.0.2.1'],
  'served.example': ['192.0.2.3'],
  'balanced.example': ['192.0.2.1', '192.0.2.2'],
};

const networkOf = (open: readonly string[]): Network => ({
  resolve: async (name) => (NAMES[name] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  served: async (name) => (name === 'served.example' ? ['192.0.2.3'] : []),
  connects: async (address) => open.includes(address),
});

test.each<[string, host: string, open: readonly string[], hosts: Record<string, string> | undefined, note?: RegExp]>([
  ['an address is left alone', '127.0.0.1', ['127.0.0.1'], undefined],
  ['an address of IPv6 too', '[::1]', ['::1'], undefined],
  [
    'the only address of a name that the engine may not know is taken',
    'one.example',
    [],
    { 'one.example': '192.0.2.1' },
  ],
  ['the only address of a name that name servers know is left to them', 'served.example', [], undefined],
  ['a name that nobody knows is left to the paths', 'none.example', [], undefined],
  ['of several that answer the engine chooses', 'balanced.example', ['192.0.2.1', '192.0.2.2'], undefined],
  ['IPv4 alone is enough, because the engine prefers it', 'localhost', ['127.0.0.1'], undefined],
  [
    'IPv6 alone is taken, and that is said',
    'localhost',
    ['::1'],
    { localhost: '::1' },
    /^localhost has several addresses, and nothing answers at 127\.0\.0\.1: the load goes to ::1$/,
  ],
  [
    'of several the one that answers',
    'balanced.example',
    ['192.0.2.2'],
    { 'balanced.example': '192.0.2.2' },
    /192\.0\.2\.1/,
  ],
  ['where nothing answers, the paths say so', 'balanced.example', [], undefined],
])('%s', async (_, host, open, hosts, note) => {
  const target = { httpUrl: `http://${host}:8080`, wsUrl: `ws://${host}:8080/ws` };
  const found = await askAddresses(target, new AbortController().signal, networkOf(open));
  expect(found).toEqual({
    notes: note === undefined ? [] : [expect.stringMatching(note)],
    ...(hosts === undefined ? {} : { hosts }),
  });
});

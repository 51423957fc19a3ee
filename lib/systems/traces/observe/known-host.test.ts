/** Under which names a request is taken. */
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { isKnownHost } from './known-host.ts';

const EVERYWHERE = [
  undefined,
  '',
  'localhost',
  'LOCALHOST:4318',
  'collector.localhost:4318',
  '127.0.0.1:4318',
  '127.9.9.9',
  '[::1]:4318',
  '192.168.1.7:4318',
  'harness:4318',
  'host.docker.internal:4318',
  hostname(),
];
const NOWHERE = [
  'evil.example',
  'evil.example:4318',
  'localhost.evil.example',
  'localhost@evil.example',
  '127.0.0.1.evil.example',
  'evil.example/127.0.0.1',
  'a b',
];

test.each(EVERYWHERE)('%j is known', (host) => expect(isKnownHost(host, '127.0.0.1')).toBe(true));
test.each(NOWHERE)('%j is not', (host) => expect(isKnownHost(host, '127.0.0.1')).toBe(false));

test('the address that is listened at is known by its name', () => {
  expect(isKnownHost('Load.Example.org:4318', 'load.example.org')).toBe(true);
});

/** What a monitor asks, compared with the server's address. */
import { expect, test } from 'vitest';
import { addressOf } from './monitored.ts';

test.each([
  ['http://h:8080/api/health', 'http://h:8080', { path: '/api/health', atTarget: true }],
  ['http://h:8080/api/health/', 'http://h:8080/', { path: '/api/health', atTarget: true }],
  ['http://h:8080/api/health?key=secret', 'http://h:8080', { url: 'http://h:8080/api/health', path: '/api/health' }],
  ['ws://h:8080/ws', 'http://h:8080', { url: 'ws://h:8080/ws', path: '/ws', atTarget: true }],
  ['wss://h/ws', 'https://h', { path: '/ws', atTarget: true }],
  ['http://h:8080/below/api/health', 'http://h:8080/below', { path: '/api/health', atTarget: true }],
  ['http://h:8081/api/health', 'http://h:8080', { path: '/api/health', atTarget: false }],
  ['https://h:8080/api/health', 'http://h:8080', { path: '/api/health', atTarget: false }],
  ['https://aragora.ai', 'http://h:8080', { path: '/', atTarget: false }],
  ['h:8080', 'http://h:8080', { url: null, path: null, atTarget: false }],
  ['https://', 'http://h:8080', { url: null }],
])('%s, of the server %s', (url, target, address) => {
  expect(addressOf(url, target)).toMatchObject(address);
});

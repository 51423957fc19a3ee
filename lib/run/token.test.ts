/** Which bearer token a load sends: the canary changes nothing of what is measured at a real server. */
import { expect, test } from 'vitest';
import { tokenToSend } from './token.ts';

const target = (embedded: boolean) => ({
  target: {
    httpUrl: 'http://a.example',
    wsUrl: 'ws://a.example/ws',
    createdStatus: 200,
    embedded,
    contract: 'documented',
  },
});

test.each([
  ['of the user goes to any server', false, { token: 'own', canary: 'canary-1' }, 'own'],
  ['of the user goes to the reference target, too', true, { token: 'own', canary: 'canary-1' }, 'own'],
  ['that nobody asked for goes to no real server', false, { token: undefined, canary: 'canary-1' }, undefined],
  ['is the canary for the reference target', true, { token: undefined, canary: 'canary-1' }, 'canary-1'],
  ['is none where nothing is looked at', true, { token: undefined, canary: undefined }, undefined],
])('a token %s', (_, embedded, secrets, sent) => {
  expect(tokenToSend(target(embedded), secrets)).toBe(sent);
});

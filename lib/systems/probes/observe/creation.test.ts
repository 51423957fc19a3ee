/** What is written down of the debate that probes create: whether there was one, and what the server itself says where there is none. */
import { expect, test } from 'vitest';
import { healthyProbes, probed } from '../../../../test/support/probes-run.ts';
import type { NamedBreak } from '../../../target/break.ts';
import { messageIn } from './asking.ts';

/** From some creation on, every further one is refused, as a server does whose debates give back no slot. */
const wedged = (message: string): NamedBreak => {
  let created = 0;
  return {
    name: 'test.wedged',
    description: 'creates one debate',
    finding: 'none',
    distortion: () => ({
      answer: (right, { method, path }) => {
        if (method !== 'POST' || path !== '/api/debates') return right;
        created += 1;
        return created === 1 ? right : { ...right, status: 503, body: JSON.stringify({ error: message }) };
      },
    }),
  };
};

test('of a server that creates debates, that there was one', async () => {
  expect((await healthyProbes()).creation).toMatchObject({ isCreated: true, said: null, answered: { status: 200 } });
});

test('of one that creates no more, its own words, without what a terminal would obey', async () => {
  const seen = await probed({ breaks: [wedged('Debate rejected: 160/10 slots in use\u001b[31m\n')] });
  expect(seen).toMatchObject({
    creation: {
      isCreated: false,
      said: 'Debate rejected: 160/10 slots in use\ufffd[31m ',
      answered: { status: 503 },
    },
  });
});

test.each([
  ['{"message":"no"}', 'no'],
  ['{"detail":{"message":"full"}}', 'full'],
  ['{"error":"","reason":"busy"}', 'busy'],
  ['{"error":{"code":7}}', null],
  ['<html>', null],
  ['[]', null],
])('the message in %s is %s', (text, said) => {
  expect(
    messageIn({ status: 503, text, contentType: '', headers: {} } as unknown as Parameters<typeof messageIn>[0]),
  ).toBe(said);
});

/** The look before a load: which profiles start a debate for it, and what is learned of it. */
import { afterAll, expect, test } from 'vitest';
import { closeFakes, fakeHttp } from '../../test/cli/support/servers.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { DOCUMENTED_OBJECTIVES } from '../../thresholds/slos.ts';
import { SloError } from '../core/error.ts';
import { lookAt } from './look.ts';
import { makePlan } from './plan.ts';

afterAll(closeFakes);

const SHORT = { steps: [{ ratePerSec: 1, durationSec: 1 }] };

/** What comes of the look at a server that creates debates so, and how many it was asked to create. */
async function looked(journeys: Profile['journeys'], status: number, body: object = CREATED) {
  let created = 0;
  const { host } = await fakeHttp(({ method }, response) => {
    if (method !== 'POST') return response.end(JSON.stringify({ ...CREATED, debates: [] }));
    created += 1;
    return response.writeHead(status).end(JSON.stringify(body));
  });
  const httpUrl = `http://${host}`;
  const plan = makePlan({
    ...{ runId: 'r', contract: 'documented', objectives: DOCUMENTED_OBJECTIVES, seed: 1, command: '' },
    profile: { ...PROFILES.smoke, journeys },
    target: { httpUrl, wsUrl: `ws://${host}/ws`, embedded: false },
  });
  const notes: string[] = [];
  const seen = await lookAt(
    { plan, collector: undefined, token: undefined },
    (note) => notes.push(note),
    new AbortController().signal,
  );
  return { createdStatus: seen.plan.target.createdStatus, created, notes };
}

const CREATED = { success: true, debate_id: 'adhoc_1', final_answer: 'yes' };

test.each([200, 201, 202])('a profile that only creates debates learns that %i is a good creation', async (status) => {
  expect(await looked({ 'debates-create': SHORT }, status)).toEqual({
    createdStatus: status === 200 ? undefined : status,
    created: 1,
    notes: [],
  });
});

test('a profile that neither creates debates nor asks about one starts none', async () => {
  expect(await looked({ health: SHORT, 'debates-list': SHORT }, 201)).toMatchObject({ created: 0, notes: [] });
});

test('a creation that fails each time is left to the load, with a note', async () => {
  expect(await looked({ 'debates-create': SHORT }, 500, {})).toEqual({
    createdStatus: undefined,
    created: 3,
    notes: ['no debate came to its end before the load: POST /api/debates answers 500'],
  });
});

test('a creation that the set-up refuses ends the run', async () => {
  await expect(looked({ 'debates-create': SHORT }, 401, {})).rejects.toThrow(SloError);
});

/** What is said of debates that a server does not start or show. */
import { afterAll, describe, expect, test } from 'vitest';
import { closeFakes } from '../../test/cli/support/servers.ts';
import { serve, wantedOf } from '../../test/support/wanted.ts';
import { askDebate } from './debate.ts';
import { prepareDebate } from './prepare.ts';

const { signal } = new AbortController();
afterAll(closeFakes);

describe('the paths on a debate', () => {
  const debatePaths = ['/api/debates/{id}/convergence'];
  const asked = async (status: number) => {
    const url = await serve((_, response) => response.writeHead(status).end('{}'));
    return askDebate(wantedOf(url, { debatePaths }), 'adhoc 1', signal);
  };

  test('are asked with its id, and in order they are not mentioned', async () => {
    let path: string | undefined;
    const url = await serve((request, response) => {
      path = request.url;
      response.end('{}');
    });
    expect(await askDebate(wantedOf(url, { debatePaths }), 'adhoc 1', signal)).toEqual({ notes: [] });
    expect(path).toBe('/api/debates/adhoc%201/convergence');
    expect(await askDebate(wantedOf(url, { debatePaths }), null, signal)).toEqual({ notes: [] });
  });

  test.each([404, 429, 500])('that answer %i restrict the run', async (status) => {
    expect((await asked(status)).notes).toEqual([expect.stringMatching(`/convergence answers ${status}`)]);
  });

  test('that ask for a token end it', async () => {
    await expect(asked(401)).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching('asks for a token') });
  });
});

describe('the creation of the prepared debate', () => {
  const prepared = async (status: number) =>
    prepareDebate(
      { httpUrl: await serve((_, response) => response.writeHead(status).end('{}')), token: undefined },
      signal,
    );

  test.each([401, 403, 404])('that is refused with %i ends the run', async (status) => {
    await expect(prepared(status)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(`POST \\S+/api/debates answers ${status}: `),
    });
  });

  test.each([429, 500])('that is answered with %i only lacks', async (status) => {
    expect(await prepared(status)).toEqual({ debateId: null, reason: `POST /api/debates answers ${status}` });
  });
});

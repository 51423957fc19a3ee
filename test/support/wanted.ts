/** What a load wants of a target, for the tests of the look before it. */
import type { RequestListener } from 'node:http';
import type { Wanted } from '../../lib/preflight/question.ts';
import { fakeHttp } from '../cli/support/servers.ts';

/** What a load of health checks wants of this address. */
export function wantedOf(httpUrl: string, more: Partial<Wanted> = {}): Wanted {
  const wsUrl = `${httpUrl.replace(/^http/, 'ws')}/ws`;
  const none = {
    contract: 'documented',
    paths: [],
    debatePaths: [],
    socket: null,
    reads: [],
    token: undefined,
  } as const;
  return { httpUrl, wsUrl, subprotocol: 'aragora-v1', ...none, env: {}, ...more };
}

/** The address of a server that answers so. */
export async function serve(answer: RequestListener): Promise<string> {
  return `http://${(await fakeHttp(answer)).host}`;
}

/** Where the WebSocket is found, and what is said of one that is not. */
import { afterAll, describe, expect, test } from 'vitest';
import {
  closeFakes,
  fakeHandshakeRefusal,
  fakeHttp,
  fakeMuteSocket,
  fakeSocketSaying,
} from '../../test/cli/support/servers.ts';
import { serve, wantedOf } from '../../test/support/wanted.ts';
import { startTarget, type Target, type TargetOptions } from '../target/target.ts';
import { preflight } from './preflight.ts';
import { prepareDebate } from './prepare.ts';
import type { Wanted } from './question.ts';
import { socketPlace } from './socket.ts';
import { watched } from './watch.ts';

const { signal } = new AbortController();
const targets: Target[] = [];
afterAll(() => Promise.all([closeFakes(), ...targets.map((target) => target.stop())]));

async function started(options: TargetOptions = {}): Promise<Target> {
  const target = await startTarget(options);
  targets.push(target);
  return target;
}
const look = (httpUrl: string, more: Partial<Wanted> = {}) => preflight(wantedOf(httpUrl, more), signal);

describe('the WebSocket', () => {
  const placeAt = ({ httpUrl }: Pick<Target, 'httpUrl'>, port: string) =>
    socketPlace(wantedOf(httpUrl), signal, Number(port));

  test('is at the port of the API as documented, whatever is at the port of the release', async () => {
    const [target, other] = [await started(), await started()];
    expect(await placeAt(target, new URL(other.wsUrl).port)).toEqual({ wsUrl: target.wsUrl, tried: [] });
  });

  test('is else at the port of the release, and it is said what was tried', async () => {
    const httpUrl = await serve((_, response) => response.writeHead(404).end());
    const other = await started();
    const { wsUrl, tried } = await placeAt({ httpUrl }, new URL(other.wsUrl).port);
    expect(wsUrl).toBe(other.wsUrl);
    expect(tried).toEqual([expect.stringMatching(/^ws:\S+\/ws refuses the WebSocket handshake with 404$/)]);
  });

  test('that was named is the only one that is tried', async () => {
    const [{ httpUrl }, { host }] = [await started(), await fakeHandshakeRefusal(400)];
    const wsUrl = `ws://${host}/ws`;
    const ended = look(httpUrl, { wsUrl, socket: 'load' });
    await expect(ended).rejects.toMatchObject({
      exitCode: 2,
      message: `no WebSocket opens, and the load needs one: ${wsUrl} refuses the WebSocket handshake with 400`,
      hint: expect.stringContaining('--ws'),
    });
  });

  /** Aragora 2.7.4, 2.10.0 and 2.11.1 have one for their control plane at port 8766. */
  test('that does not greet at its own port is of something else', async () => {
    const [{ httpUrl }, { host }] = [await started(), await fakeMuteSocket()];
    const wsUrl = `ws://${host}/ws`;
    await expect(look(httpUrl, { socket: 'load', wsUrl })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /: \S+ opens, but does not greet as Aragora does \(connection_info\): is it the port/,
      ),
      hint: expect.stringContaining('--ws'),
    });
  });

  test('that only single requests need is missed in a note', async () => {
    const { httpUrl } = await started();
    const { notes } = await look(httpUrl, { wsUrl: 'ws://127.0.0.1:1/ws', socket: 'probes' });
    expect(notes).toEqual(['no WebSocket opens: ws://127.0.0.1:1/ws opens no WebSocket: connection refused']);
  });

  test('that nobody needs is not asked for', async () => {
    const { host, visits } = await fakeHttp((_, response) => response.end('{}'));
    expect(await look(`http://${host}`)).toMatchObject({ notes: [] });
    expect(visits()).toBe(1);
  });

  test('is asked for with the token, and says that it needs one', async () => {
    const { httpUrl, wsUrl } = await started({ token: 's3cret' });
    await expect(
      look(httpUrl, { socket: 'load', wsUrl: wsUrl.replace('127.0.0.1', 'localhost') }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/handshake with 401: set ARAGORA_API_TOKEN/),
    });
    expect(await look(httpUrl, { socket: 'load', token: 's3cret' })).toEqual({ notes: [], wsUrl, hosts: {} });
  });

  test('whose rate limit refuses says so', async () => {
    const [{ httpUrl }, { host }] = [await started(), await fakeHandshakeRefusal(429)];
    const { notes } = await look(httpUrl, { wsUrl: `ws://${host}/ws`, socket: 'probes' });
    expect(notes).toEqual([expect.stringMatching(/handshake with 429: its rate limit, see docs\/real-server\.md$/)]);
  });

  test('that was found has to show the debates of the target', async () => {
    const target = await started();
    const prepare = (onCreated: (id: string) => void) =>
      prepareDebate({ httpUrl: target.httpUrl, token: undefined, onCreated }, signal);
    const own = await watched(wantedOf(target.httpUrl), prepare, signal);
    expect(own).toMatchObject({ debateId: expect.any(String) });
    const [{ host }, other] = [await fakeSocketSaying('{"type":"sync","data":{}}'), await started()];
    for (const wsUrl of [`ws://${host}/ws`, other.wsUrl]) {
      await expect(watched({ ...wantedOf(target.httpUrl), wsUrl }, prepare, signal)).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringMatching(/says nothing of a debate at .*: it is of another server$/),
        hint: expect.stringContaining('--ws'),
      });
    }
  });
});

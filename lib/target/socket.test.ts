import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { ForeseenDebates, TestSocket } from '../../test/support/target.ts';
import { startTarget, type Target } from './target.ts';

let target: Target;
let debates: ForeseenDebates;
beforeAll(async () => {
  target = await startTarget();
  debates = new ForeseenDebates(target);
});
afterAll(() => target.stop());

function statusOf(socket: TestSocket): Promise<number | undefined> {
  return new Promise((resolve) => {
    socket.socket.once('unexpected-response', (_, answer) => resolve(answer.statusCode));
  });
}

describe('the WebSocket', () => {
  it('agrees on the subprotocol and says connection_info, then loop_list', async () => {
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    expect(client.socket.protocol).toBe('aragora-v1');
    expect(client.events.map(({ type }) => type)).toEqual(['connection_info', 'loop_list']);
    client.socket.close(1000);
    expect(await client.closed).toBe(1000);
  });

  it('answers a ping with its time and its own', async () => {
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    client.send({ type: 'ping', ts: 12345 });
    const { data } = await client.event('pong');
    expect(data).toEqual({ client_ts: 12345, server_ts: expect.any(Number) });
    client.socket.close();
  });

  it('answers a subscription to a debate it does not know yet with sync', async () => {
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    client.send({ type: 'subscribe', loop_id: 'adhoc_later' });
    expect(await client.event('sync')).toMatchObject({ data: { debate_id: 'adhoc_later', status: 'waiting' } });
    client.socket.close();
  });

  it('brings the debate from debate_start to debate_end, in order, to who subscribes after creating it', async () => {
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    const id = await debates.next();
    // However late the subscription comes, what was before it is replayed.
    client.send({ type: 'subscribe', debate_id: id, replay_from_seq: 0 });
    await client.event('debate_end');
    const types = client.events.map(({ type }) => type);
    for (const [earlier, later] of [
      ['debate_start', 'round_start'],
      ['round_start', 'agent_message'],
      ['agent_message', 'consensus'],
      ['consensus', 'debate_end'],
    ] as const) {
      expect(types.indexOf(earlier), `${earlier} before ${later}`).toBeLessThan(types.indexOf(later));
      expect(types).toContain(earlier);
    }
    const seqs = client.events.flatMap(({ seq }) => seq ?? []);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    expect(Math.abs((client.events.at(-1)?.timestamp ?? 0) - Date.now() / 1000)).toBeLessThan(60);
    client.socket.close();
  });

  it('brings only the events of the debate that was subscribed to, those that belong together in one frame', async () => {
    const [other, client] = [new TestSocket(target.wsUrl), new TestSocket(target.wsUrl)];
    await Promise.all([other.event('loop_list'), client.event('loop_list')]);
    other.send({ type: 'subscribe', debate_id: 'adhoc_other' });
    await debates.watchedBy(client);
    await client.event('debate_end');
    const messages = client.texts.filter((text) => text.includes('"agent_message"'));
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.filter((text) => !text.startsWith('[{'))).toEqual([]);
    expect(other.events.map(({ type }) => type)).not.toContain('agent_message');
    for (const { socket } of [other, client]) socket.close();
  });

  it('replays what was missed from a sequence number on', async () => {
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    const id = await debates.watchedBy(client);
    await client.event('debate_end');
    const again = new TestSocket(target.wsUrl);
    await again.event('loop_list');
    const from = client.events.find(({ type }) => type === 'agent_message')?.seq ?? 0;
    again.send({ type: 'subscribe', debate_id: id, replay_from_seq: from });
    const { data } = await again.event('replay_end');
    const replayed = again.events.flatMap(({ seq }) => seq ?? []);
    expect(replayed).toEqual(client.events.flatMap(({ seq }) => (seq !== undefined && seq > from ? [seq] : [])));
    expect(data).toMatchObject({ replayed_count: replayed.length });
    for (const { socket } of [again, client]) socket.close();
  });

  test.each([
    ['text that is not JSON', (client: TestSocket) => client.socket.send('nope'), 'Invalid JSON format'],
    ['a number', (client: TestSocket) => client.socket.send('5'), 'Invalid JSON format'],
    ['a binary frame', (client: TestSocket) => client.socket.send(Buffer.from('{}')), 'Binary messages not supported'],
    [
      'a subscription to nothing',
      (client: TestSocket) => client.send({ type: 'subscribe' }),
      'subscribe requires debate_id',
    ],
  ])('answers %s with an error and stays open', async (_, say, message) => {
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    say(client);
    expect((await client.event('error')).data).toMatchObject({ message });
    client.send({ type: 'ping', ts: 1 });
    await client.event('pong');
    client.socket.close();
  });

  it('closes with 1009 what says more than 64 KiB', async () => {
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    client.socket.send('x'.repeat(64 * 1024 + 1));
    expect(await client.closed).toBe(1009);
  });

  it('closes with 4003 a browser of another origin', async () => {
    expect(await new TestSocket(target.wsUrl, undefined, { origin: 'https://evil.example' }).closed).toBe(4003);
  });

  it('closes with 4029 beyond its sockets per minute', async () => {
    const strict = await startTarget({ maxSocketsPerMin: 1 });
    const first = new TestSocket(strict.wsUrl);
    await first.event('loop_list');
    expect(await new TestSocket(strict.wsUrl).closed).toBe(4029);
    await strict.stop();
    expect(await first.closed).toBe(1001);
  });

  it('refuses a handshake without its subprotocol with 400, elsewhere with 404', async () => {
    expect(await statusOf(new TestSocket(target.wsUrl, []))).toBe(400);
    expect(await statusOf(new TestSocket(target.wsUrl, 'other-v1'))).toBe(400);
    expect(await statusOf(new TestSocket(`${target.wsUrl}/x`))).toBe(404);
  });

  it('refuses a handshake without the token with 401', async () => {
    const guarded = await startTarget({ token: 'secret' });
    expect(await statusOf(new TestSocket(guarded.wsUrl))).toBe(401);
    const client = new TestSocket(guarded.wsUrl, undefined, { authorization: 'Bearer secret' });
    expect((await client.event('connection_info')).data).toMatchObject({ authenticated: true });
    await guarded.stop();
  });

  it('may have a port of its own', async () => {
    const split = await startTarget({ wsPort: 0 });
    expect(new URL(split.wsUrl).port).not.toBe(new URL(split.httpUrl).port);
    await new TestSocket(split.wsUrl).event('loop_list');
    await split.stop();
  });
});

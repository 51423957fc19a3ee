import { describe, expect, it, test } from 'vitest';
import { ForeseenDebates, post, TestSocket, until } from '../../test/support/target.ts';
import { HEALTHY, patched } from './behaviour.ts';
import { BREAKS } from './breaks.ts';
import { dueFaults } from './http-faults.ts';
import { parseLaws } from './laws.ts';
import { startTarget, type Target } from './target.ts';
import type { TruthReport } from './truth.ts';

const ENDPOINTS = ['health', 'debates-list', 'debates-create', 'agent-response', 'consensus'];
const CONTENT = [
  'form',
  'health',
  'list',
  'time',
  'listed',
  'consensus',
  'agents',
  'texts',
  'rounds',
  'end',
  'progress',
];
const FINDINGS = [
  ...ENDPOINTS.flatMap((endpoint) => ['p50', 'p95', 'p99'].map((percentile) => `latency.${endpoint}.${percentile}`)),
  'availability.api',
  'availability.websocket',
  ...['connect', 'ping', 'subscribe', 'order', 'frames', 'close'].map((about) => `websocket.${about}`),
  ...CONTENT.map((about) => `content.${about}`),
];

describe('the catalogue', () => {
  it('has at least forty breaks with different names', () => {
    expect(BREAKS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(BREAKS.map(({ name }) => name)).size).toBe(BREAKS.length);
  });

  it('breaks every finding there is, and no other', () => {
    expect(new Set(BREAKS.map(({ finding }) => finding))).toEqual(new Set(FINDINGS));
  });

  test.each(BREAKS.map((known) => [known.name, known] as const))(
    '%s changes something legal',
    (_, { patch, description }) => {
      const broken = patched(HEALTHY, [patch]);
      expect(broken).not.toEqual(HEALTHY);
      for (const law of Object.values(broken.waits)) expect(() => parseLaws(law)).not.toThrow();
      expect(description.length).toBeGreaterThan(10);
    },
  );
});

async function broken<T>(name: string, act: (target: Target) => Promise<T>): Promise<T> {
  const target = await startTarget({
    breaks: BREAKS.filter((known) => known.name === name),
    patch: {
      waits: { 'debate-start': 'constant(1ms)', 'agent-response': 'constant(2ms)', 'agent-call': 'constant(1ms)' },
    },
  });
  return act(target).finally(() => target.stop());
}

/** How each of 300 requests ended. A request that the target itself leaves hanging is given up once all others are answered. */
async function outcomes(
  name: string,
  once: (target: Target, signal: AbortSignal) => Promise<string>,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  await broken(name, async (target) => {
    // In batches, because a connection costs more than a request.
    for (let batch = 0; batch < 10; batch += 1) {
      const givenUp = new AbortController();
      const hungBefore = await hung(target);
      let open = 30;
      const settled = Array.from({ length: open }, () =>
        once(target, givenUp.signal)
          .catch((error: Error) => `no answer: ${error.message}`)
          .finally(() => {
            open -= 1;
          }),
      );
      await until(async () => open < 10 && open === (await hung(target)) - hungBefore);
      givenUp.abort();
      for (const outcome of await Promise.all(settled)) counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
  });
  return counts;
}

/** How many requests it has left without an answer. */
async function hung(target: Target): Promise<number> {
  const { routes } = (await (await fetch(`${target.httpUrl}/_reference/truth`)).json()) as TruthReport;
  return routes.reduce((sum, { outcomes }) => sum + (outcomes['hang'] ?? 0), 0);
}

const health = async (target: Target, signal: AbortSignal | null = null) => {
  const answer = await fetch(`${target.httpUrl}/api/health`, { redirect: 'manual', signal });
  const text = await answer.text();
  return `${answer.status} ${text.startsWith('{"status":"healthy","timestamp":') ? 'healthy' : text.slice(0, 12)}`;
};

describe('an HTTP break', () => {
  const shared = BREAKS.flatMap(({ name, patch: { http = [] } }) => {
    const faults = http.filter(({ pick }) => 'share' in pick);
    return faults.map((fault) => [name, fault, 'share' in fault.pick ? fault.pick.share : 0] as const);
  });

  test.each(shared)('%s hits its share of the requests', (_, fault, share) => {
    const isDue = dueFaults([fault], 1);
    const hit = Array.from({ length: 1000 }, () => isDue(fault.route)).filter((due) => due === fault);
    expect(Math.abs(hit.length - 1000 * share)).toBeLessThanOrEqual(2);
  });

  test.each([
    ['availability.health.status-503', '503 {"error":"in'],
    ['availability.health.garbage', '200 <html>Bad ga'],
    ['availability.health.truncated-json', '200 {"status":"h'],
    ['availability.health.empty', '200 '],
    ['availability.health.unhealthy', '200 {"status":"u'],
    ['availability.health.redirect', '302 '],
    ['availability.health.cut', 'no answer: terminated'],
    ['availability.health.reset', 'no answer: terminated'],
    ['availability.health.hang', 'no answer: This operation was aborted'],
  ])('%s', async (name, outcome) => {
    const counts = await outcomes(name, health);
    expect(Object.keys(counts).sort()).toEqual([outcome, '200 healthy'].sort());
    expect(counts[outcome]).toBeLessThanOrEqual(4);
  });

  it('availability.debates-create.success-false', async () => {
    const counts = await outcomes('availability.debates-create.success-false', async (target) => {
      const answer = await post(target, '{"question":"Is this long enough?","agents":["demo"],"rounds":1}');
      return String(((await answer.json()) as { success: boolean }).success);
    });
    expect(Object.keys(counts).sort()).toEqual(['false', 'true']);
    expect(counts['false']).toBeLessThanOrEqual(4);
  });
});

describe('a latency break', () => {
  it('is slow for its share, as the target itself measures', async () => {
    const { routes } = await broken('latency.health.p95', async (target) => {
      await Promise.all(Array.from({ length: 300 }, () => health(target)));
      return (await fetch(`${target.httpUrl}/_reference/truth`)).json() as Promise<TruthReport>;
    });
    const slow = routes[0]?.latencyUs.reduce((sum, [valueUs, count]) => sum + (valueUs >= 70_000 ? count : 0), 0);
    expect(slow).toBeGreaterThanOrEqual(31);
  });
});

describe('a WebSocket break', () => {
  const connected = async (target: Target) => {
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    return client;
  };

  it('ws.connect.other-subprotocol and ws.connect.no-info hit just the 201st socket', async () => {
    const info = await broken('ws.connect.no-info', async (target) => {
      const clients = await Promise.all(Array.from({ length: 210 }, () => connected(target)));
      return clients.filter(({ events }) => events[0]?.type !== 'connection_info').length;
    });
    expect(info).toBe(1);
    const refused = await broken('ws.connect.other-subprotocol', async (target) => {
      const clients = Array.from({ length: 210 }, () => new TestSocket(target.wsUrl));
      const gone = clients.map(({ closed }) => closed.then(() => 'gone'));
      const ready = clients.map((client) => client.event('loop_list').then(() => 'ready'));
      const ends = await Promise.all(
        clients.map((_, index) => Promise.race([gone[index], ready[index]?.catch(() => 'gone')])),
      );
      return ends.filter((end) => end === 'gone').length;
    });
    expect(refused).toBe(1);
  });

  test.each([
    ['ws.pings.unanswered', 9],
    ['ws.pings.answered-twice', 14],
    ['ws.pings.wrong-ts', 9],
    ['ws.pings.echoed', 9],
    ['ws.pings.no-data', 9],
  ])('%s', async (name, mostRight) => {
    const right = await broken(name, async (target) => {
      const client = await connected(target);
      for (let ts = 1000; ts < 1010; ts += 1) client.send({ type: 'ping', ts });
      client.send({ type: 'get_loops' });
      await until(() => client.events.filter(({ type }) => type === 'loop_list').length === 2);
      return client.events.filter(({ type, data }) => type === 'pong' && Number(data?.['client_ts']) >= 1000).length;
    });
    if (name === 'ws.pings.answered-twice') expect(right).toBeGreaterThan(10);
    expect(right).not.toBe(10);
    expect(right).toBeLessThanOrEqual(mostRight);
  });

  test.each([
    ['ws.frames.not-json', 'heartbeat'],
    ['ws.frames.truncated-json', '{"type":"heartbeat","data":{'],
    ['ws.frames.number', '42'],
    ['ws.frames.no-type', '{"data":{"status":"ok"}}'],
    ['ws.frames.binary', 'binary'],
  ])('%s', async (name, frame) => {
    await broken(name, async (target) => {
      const client = await connected(target);
      for (let ts = 0; ts < 10; ts += 1) client.send({ type: 'ping', ts });
      await until(() => client.texts.includes(frame));
    });
  });

  test.each(['ws.subscriptions.unanswered', 'ws.subscriptions.denied', 'ws.subscriptions.no-state'])(
    '%s',
    async (name) => {
      await broken(name, async (target) => {
        const client = await connected(target);
        for (let index = 0; index < 10; index += 1) client.send({ type: 'subscribe', debate_id: `adhoc_${index}` });
        client.send({ type: 'get_loops' });
        await until(() => client.events.filter(({ type }) => type === 'loop_list').length === 2);
        const synced = client.events.filter(({ type }) => type === 'sync').length;
        expect(Math.abs(synced - 5)).toBeLessThanOrEqual(1);
      });
    },
  );

  test.each(BREAKS.filter(({ name }) => name.startsWith('ws.order.')).map(({ name }) => name))('%s', async (name) => {
    await broken(name, async (target) => {
      const debates = new ForeseenDebates(target);
      let disordered = 0;
      for (let index = 0; index < 10; index += 1) {
        const client = await connected(target);
        await debates.watchedBy(client);
        await client.event('debate_end');
        const seqs = client.events.flatMap(({ seq }) => seq ?? []);
        if (seqs.some((seq, at) => at > 0 && seq <= (seqs[at - 1] ?? 0))) disordered += 1;
        expect(client.events.map(({ type }) => type)).toContain('agent_message');
        client.socket.close();
      }
      expect(disordered).toBeGreaterThanOrEqual(1);
      expect(disordered).toBeLessThanOrEqual(4);
    });
  });

  test.each([
    ['ws.close.1011', 1011],
    ['ws.close.4029', 4029],
    ['ws.close.abort', 1006],
  ])('%s comes after the first agent message', async (name, code) => {
    await broken(name, async (target) => {
      const debates = new ForeseenDebates(target);
      for (;;) {
        const client = await connected(target);
        await debates.watchedBy(client);
        await client.event('agent_message');
        const ended = await Promise.race([client.closed, client.event('debate_end').catch(() => client.closed)]);
        client.socket.close();
        if (typeof ended !== 'number') continue;
        expect(ended).toBe(code);
        return;
      }
    });
  });

  it('ws.drops.third-ping closes at the third ping, answered', async () => {
    await broken('ws.drops.third-ping', async (target) => {
      const client = await connected(target);
      for (let ts = 1; ts <= 4; ts += 1) client.send({ type: 'ping', ts });
      expect(await client.closed).toBe(1001);
      expect(client.events.filter(({ type }) => type === 'pong')).toHaveLength(3);
    });
  });

  it('ws.drops.outages closes sockets that ping and holds handshakes until it is over', async () => {
    // A little before the target's own clock; by that clock, 0.9 s of every 3 s are an outage.
    const beganMs = performance.now();
    await broken('ws.drops.outages', async (target) => {
      const [pinging, quiet] = await Promise.all([connected(target), connected(target)]);
      pinging.send({ type: 'ping', ts: 1 });
      expect(await pinging.closed).toBe(1001);
      const outage = Math.floor((performance.now() - beganMs) / 3000);
      // However late the close is seen and the handshake sent, neither ends before this outage does.
      await connected(target);
      expect(outage).toBeGreaterThanOrEqual(1);
      expect(performance.now() - beganMs).toBeGreaterThanOrEqual(3000 * outage + 890);
      expect(quiet.socket.readyState).toBe(quiet.socket.OPEN);
    });
  });
});

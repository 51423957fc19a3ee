/** A Redis that is a cluster: one clear line, and nothing that depends on it has a verdict. */
import { expect, test, vi } from 'vitest';
import { openRedis } from '../../lib/redis/client.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { startTarget } from '../../lib/target/target.ts';
import { launchValkey, type Valkey } from '../backends/valkey.ts';
import { judgedRedis, redisObserver, seenAround } from '../support/redis-run.ts';

interface Node extends Valkey {
  readonly busPort: number;
}

/** Of a cluster that has no other node yet. It would take its port plus 10,000 for other nodes, which somebody may have. */
async function launchNode(): Promise<Node> {
  const [busPort = 0] = await freePorts(1);
  const valkey = await launchValkey(['--cluster-enabled', 'yes', '--cluster-port', `${busPort}`]);
  return { ...valkey, busPort };
}

test('a cluster is unavailable, and the reference target does not start with it', async () => {
  const { url, stop } = await launchNode();
  try {
    const seen = await seenAround(redisObserver(url), async () => undefined);
    expect(seen).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/^Redis at \S+ is a cluster, .*$/),
    });
    expect(new Set(judgedRedis(seen).map(({ status }) => status))).toEqual(new Set(['unavailable']));
    await expect(startTarget({ tasks: { url } })).rejects.toThrow(/is a cluster/);
  } finally {
    await stop();
  }
});

test('one that is known only by its answers gets the same words', async () => {
  const [first, second] = await Promise.all([launchNode(), launchNode()]);
  const [asked, other] = await Promise.all([openRedis(first.url), openRedis(second.url)]);
  const known = async () => /cluster_state:ok/.test(String(await asked.ask('CLUSTER', 'INFO')));
  const said = () => asked.ask('XLEN', 'aragora:tasks:high').catch(String);
  try {
    // CLUSTERDOWN: no node has the stream.
    expect(await said()).toMatch(/is a cluster/);
    await other.ask('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await asked.ask('CLUSTER', 'MEET', '127.0.0.1', new URL(second.url).port, `${second.busPort}`);
    await vi.waitUntil(known, { timeout: 60_000, interval: 100 });
    // MOVED: the other node has it.
    expect(await said()).toMatch(/is a cluster/);
  } finally {
    asked.close();
    other.close();
    await Promise.all([first.stop(), second.stop()]);
  }
});

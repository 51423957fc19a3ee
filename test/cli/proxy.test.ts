/** The command line with a proxy between it and a healthy server: what the proxy changes is noticed, and what it may do is no failure. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { cleanUp, enginePath, failures, findings, gate, runCli, statusOf, tempDir } from './support/cli.ts';
import { debateProfile, healthProfile } from './support/profiles.ts';
import { closeFakes, type Fake, fakeHttp, fakeProxy, fakeSocketBuffering } from './support/servers.ts';

let healthy: Target;
beforeAll(async () => {
  await enginePath();
  healthy = await startTarget();
}, 600_000);
afterAll(async () => {
  cleanUp();
  await Promise.all([healthy.stop(), closeFakes()]);
});

/** A busy machine may take longer for a handshake than a client waits; none of these proxies does. */
const agentFailures = (dir: string): string[] =>
  failures(dir, 'agent-response').filter((outcome) => outcome !== 'no-socket');

describe('behind a proxy', () => {
  const gateDebates = ({ host }: Fake) =>
    gate(`http://${host}`, debateProfile(), '--ws', healthy.wsUrl, '--no-telemetry');

  test.concurrent('that answers every creation with the first one, no debate is new', async () => {
    let first: string | undefined;
    const created = (body: string): string => {
      first ??= body;
      return first;
    };
    const { dir } = await gateDebates(await fakeProxy(healthy.httpUrl, { created }));
    expect(failures(dir, 'debates-create')).toEqual(['debate-again']);
    expect(statusOf(dir, 'availability.api')).toBe('fail');
  });

  test.concurrent('that answers creations with a few debates in turn, each is new once to a client, and has another question', async () => {
    const firsts: string[] = [];
    let turn = 0;
    const created = (body: string): string => {
      if (firsts.length < 3) firsts.push(body);
      return firsts[turn++ % firsts.length] ?? body;
    };
    const { dir } = await gateDebates(await fakeProxy(healthy.httpUrl, { created }));
    expect(failures(dir, 'debates-create').sort()).toEqual(['debate-again', 'wrong-answer']);
    expect(statusOf(dir, 'availability.api')).toBe('fail');
  });

  const closed = (body: string): string => body.replace(/\(case .*?\)/, '(case closed)');

  test.concurrent('that has the debate on something else, the answer to the creation says so', async () => {
    const { dir } = await gateDebates(await fakeProxy(healthy.httpUrl, { asked: closed }));
    expect(failures(dir, 'debates-create')).toEqual(['wrong-answer']);
    expect(agentFailures(dir)).toEqual(['no-debate']);
    expect(statusOf(dir, 'availability.api')).toBe('fail');
  });

  test.concurrent('that has the debate on something else and does not say so, agents answer another question', async () => {
    const created = (body: string): string => {
      const { task, question, ...rest } = JSON.parse(body) as Record<string, unknown>;
      return JSON.stringify(rest);
    };
    const { dir } = await gateDebates(await fakeProxy(healthy.httpUrl, { asked: closed, created }));
    expect(failures(dir, 'debates-create')).toEqual([]);
    expect(agentFailures(dir)).toEqual(['another-question']);
    expect(statusOf(dir, 'latency.agent-response.p50')).toBe('fail');
  });

  test.concurrent('that holds frames back, an agent took as long as the server says', async () => {
    const target = await startTarget({ patch: { waits: { 'agent-response': 'constant(300ms)' } } });
    try {
      const { host } = await fakeSocketBuffering(target.wsUrl);
      const { dir } = await gate(target.httpUrl, debateProfile(), '--ws', `ws://${host}/ws`, '--no-telemetry');
      expect(agentFailures(dir)).toEqual([]);
      const p50 = findings(dir).findings.find(({ id }) => id === 'latency.agent-response.p50');
      expect(p50?.actual).toBeGreaterThanOrEqual(295);
    } finally {
      await target.stop();
    }
  });

  test.concurrent('that packs every answer, nothing is wrong', async () => {
    const { dir, stderr } = await gateDebates(await fakeProxy(healthy.httpUrl, { packed: true }));
    expect(stderr).not.toContain('no finished debate');
    for (const endpoint of ['debates-create', 'agent-response', 'consensus']) {
      expect(failures(dir, endpoint)).toEqual([]);
    }
  });
});

describe('a proxy of the environment', () => {
  // It is nobody's loopback, so programs that use proxies use one for it; on Linux it leads to this machine.
  test.runIf(process.platform === 'linux')(
    'is used neither before the load nor by it, and the run says so',
    async () => {
      const proxy = await fakeHttp((_, response) => response.writeHead(502).end());
      const target = `http://0.0.0.0:${new URL(healthy.httpUrl).port}`;
      const dir = join(tempDir(), 'run');
      const args = ['run', '--target', target, '--profile', healthProfile(), '--out', dir, '--no-telemetry'];
      const ended = await runCli(args, {
        env: { HTTP_PROXY: `http://${proxy.host}`, http_proxy: `http://${proxy.host}` },
      });
      expect(ended.stderr).toContain(
        'note: HTTP_PROXY is not used: the load and all other requests go straight to 0.0.0.0:',
      );
      expect(failures(dir, 'health')).toEqual([]);
      expect(proxy.visits()).toBe(0);
    },
  );
});

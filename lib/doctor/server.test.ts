/** What `doctor --target` says of servers that are set up for a load test, and of those that are not. */
import { afterAll, expect, test } from 'vitest';
import { closeFakes, fakeHealth, fakeHttp } from '../../test/cli/support/servers.ts';
import { targetUrls } from '../config/target.ts';
import { startTarget, type Target, type TargetOptions } from '../target/target.ts';
import { lookAtServer } from './server.ts';

const targets: Target[] = [];
afterAll(() => Promise.all([closeFakes(), ...targets.map((target) => target.stop())]));

async function remarksOn(httpUrl: string, ws?: string) {
  const server = { ...targetUrls(httpUrl, ws), token: undefined, tls: undefined };
  const remarks = await lookAtServer(server, {}, new AbortController().signal);
  return Object.fromEntries(remarks.map(({ name, tone, text }) => [name, `${tone}: ${text}`]));
}

async function started(options: TargetOptions = {}): Promise<Target> {
  const target = await startTarget(options);
  targets.push(target);
  return target;
}

test('a server that is ready is good in everything', async () => {
  const { httpUrl } = await started();
  expect(await remarksOn(httpUrl)).toEqual({
    'way to it': 'good: straight',
    paths: 'good: answer as the load asks',
    WebSocket: 'good: opens',
    metrics: 'good: can be read',
    version: 'good: has a contract, or is not said',
    debate: 'good: was started, and came to its end',
    'rate limit': 'good: none for 80 requests at once',
  });
});

test('a server that wants a token says so to each question', async () => {
  const { httpUrl } = await started({ token: 's3cret' });
  expect(await remarksOn(httpUrl)).toMatchObject({
    paths: expect.stringMatching(/^bad: \S+\/api\/debates answers 401: it asks for a token; set ARAGORA_API_TOKEN/),
    WebSocket: expect.stringMatching(/^bad: no WebSocket opens/),
    debate: expect.stringMatching(/^bad: POST \S+ answers 401/),
  });
});

test('a server with a rate limit shows it', async () => {
  let asked = 0;
  const { host } = await fakeHttp((_, response) => response.writeHead(asked++ < 60 ? 200 : 429).end('{}'));
  expect(await remarksOn(`http://${host}`)).toMatchObject({
    'rate limit': expect.stringMatching(/^doubt: request \d\d of 80 got 429: .*real-server\.md/),
  });
});

test('a server that is half there has what is there', async () => {
  const { host } = await fakeHealth();
  expect(await remarksOn(`http://${host}`, 'ws://127.0.0.1:1/ws')).toMatchObject({
    paths: expect.stringMatching(/^bad: \S+\/api\/debates answers 404/),
    WebSocket: expect.stringMatching(/^bad: .*connection refused/),
    metrics: expect.stringMatching(/^doubt: no metrics can be judged: \S+\/metrics answers 404/),
  });
});

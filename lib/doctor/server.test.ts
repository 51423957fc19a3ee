/** What `doctor --target` says of servers that are set up for a load test, and of those that are not. */
import { afterAll, expect, test } from 'vitest';
import { closeFakes, fakeHealth, fakeHttp } from '../../test/cli/support/servers.ts';
import { fakeRelease } from '../../test/support/releases.ts';
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
    version: 'good: it says none',
    debate: 'good: was started, and came to its end',
    'rate limit': 'good: none for 160 requests without a pause',
  });
});

test('a server that wants a token says so to each question', async () => {
  const { httpUrl, wsUrl } = await started({ token: 's3cret' });
  // By another name, or one at the port of the release would be found, if this machine has any.
  expect(await remarksOn(httpUrl, wsUrl.replace('127.0.0.1', 'localhost'))).toMatchObject({
    paths: expect.stringMatching(
      /^bad: \S+\/api\/debates answers 401 \("Authentication required"\): it asks for a token; set ARAGORA_API_TOKEN to a token that this server issued/,
    ),
    WebSocket: expect.stringMatching(/^bad: no WebSocket opens/),
    debate: expect.stringMatching(/^bad: POST \S+ answers 401/),
    'rate limit': 'doubt: not known: only 80 of 160 requests were answered with 200',
  });
});

test('a limit of a minute for one path alone is met', async () => {
  let asked = 0;
  const { host } = await fakeHttp(({ url }, response) =>
    response.writeHead(url === '/api/debates' && asked++ > 60 ? 429 : 200).end('{}'),
  );
  expect(await remarksOn(`http://${host}`)).toMatchObject({
    'rate limit': expect.stringMatching(/^doubt: request 1\d\d of 160 got 429/),
  });
});

test.each([
  ['2.11.1', 'good: it says 2.11.1, whose contract is "aragora-2.11"'],
  // As Aragora 2.7.4 and 2.10.0 do.
  ['2.0.3', expect.stringMatching(/^doubt: it says version 2\.0\.3, which has no contract of its own/)],
])('a version is also known by its header: %s', async (release, expected) => {
  const { host } = await fakeHttp((_, response) => response.writeHead(200, { 'X-API-Release': release }).end('{}'));
  expect(await remarksOn(`http://${host}`)).toMatchObject({ version: expected });
});

test('a server that refuses each debate says why, and what to do', async () => {
  const { host } = await fakeHttp((_, response) => response.end('{"success": false, "error": "Server at capacity"}'));
  expect(await remarksOn(`http://${host}`)).toMatchObject({
    debate: expect.stringMatching(
      /^doubt: none came to its end: .* starts none \("Server at capacity"\)\. .*restart it/,
    ),
  });
});

test('a server with a rate limit shows it', async () => {
  let asked = 0;
  const { host } = await fakeHttp((_, response) => response.writeHead(asked++ < 60 ? 200 : 429).end('{}'));
  expect(await remarksOn(`http://${host}`)).toMatchObject({
    'rate limit': expect.stringMatching(/^doubt: request \d\d of 160 got 429: .*real-server\.md/),
  });
});

test('of a server that is not there nothing is known', async () => {
  expect(await remarksOn('http://127.0.0.1:1', 'ws://127.0.0.1:1/ws')).toMatchObject({
    paths: expect.stringMatching(/^bad: nothing to measure at .*: connection refused/),
    version: expect.stringMatching(/^doubt: not known: \S+\/api\/health does not answer: connection refused$/),
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

test('Aragora 2.10.0 is ready but for what was not asked, and 2.7.4 wants a token', async () => {
  const newer = await remarksOn(`http://${await fakeRelease('2.10.0')}`, 'ws://127.0.0.1:1/ws');
  expect(newer).toMatchObject({
    paths: 'good: answer as the load asks',
    metrics: expect.stringMatching(/^doubt: its metrics have the names of contract "aragora-2\.11", 8 of 12 names/),
    version: expect.stringMatching(/^doubt: it says version 2\.0\.3, .*: "aragora-2\.11" fits best/),
    debate: 'good: was started, and came to its end',
    'rate limit': 'good: none for 160 requests without a pause',
  });
  const older = await remarksOn(`http://${await fakeRelease('2.7.4')}`, 'ws://127.0.0.1:1/ws');
  expect(older).toMatchObject({
    paths: expect.stringMatching(/^bad: \S+\/api\/debates answers 401 .*: it asks for a token; set ARAGORA_API_TOKEN/),
    metrics: expect.stringMatching(/^doubt: no metrics can be judged: \S+\/metrics answers 500 /),
    debate: expect.stringMatching(/^bad: POST \S+\/api\/debates answers 401 /),
    'rate limit': 'doubt: not known: only 80 of 160 requests were answered with 200',
  });
});

/** The command line against servers that behave as no Aragora should: reported in one line, or measured; never a pass. */
import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { RELEASE_WS_PORT } from '../../thresholds/contracts.ts';
import {
  cleanUp,
  type Ended,
  enginePath,
  expectError,
  failures,
  filesOf,
  findings,
  gate,
  runCli,
  statusOf,
  tempDir,
} from './support/cli.ts';
import { healthProfile, listProfile, socketProfile } from './support/profiles.ts';
import {
  CERTIFICATE,
  closeFakes,
  type Fake,
  fakeHandshakeRefusal,
  fakeHealth,
  fakeHttp,
  fakeProxy,
  fakeSelfSigned,
  fakeSocketLeaking,
  fakeSocketSaying,
  fakeTcp,
} from './support/servers.ts';

let healthy: Target;
beforeAll(async () => {
  await enginePath();
  healthy = await startTarget();
}, 600_000);
afterAll(async () => {
  cleanUp();
  await Promise.all([healthy.stop(), closeFakes()]);
});

describe('is not loaded at all, with one line that says why, when the target', () => {
  const kibibytes = Buffer.alloc(64 * 1024, 'x');
  const endless = (_: IncomingMessage, response: ServerResponse): void => {
    let left = 50 * 16;
    const more = (): void => {
      while (left-- > 0) if (!response.write(kibibytes)) return;
      response.end();
    };
    response.on('drain', more);
    more();
  };
  const cases: Record<string, [scheme: string, fake: () => Promise<Fake>, says: RegExp]> = {
    'refuses connections': ['http', async () => ({ host: '127.0.0.1:1', visits: () => 0 }), /: connection refused/],
    'resets each connection': [
      'http',
      () => fakeTcp((socket) => socket.resetAndDestroy()),
      /: (connection reset|the connection was closed)/,
    ],
    'closes each connection': [
      'http',
      () => fakeTcp((socket) => socket.end()),
      /: (connection reset|the connection was closed)/,
    ],
    'accepts and hangs': ['http', () => fakeTcp(() => {}), /: no answer within 5 s/],
    'speaks something else': [
      'http',
      () => fakeTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')),
      /: it does not speak HTTP/,
    ],
    'speaks plain HTTP where TLS should be': ['https', () => fakeHealth(), /: TLS fails \(ERR_SSL/],
    'answers the TLS hello with garbage': [
      'https',
      () => fakeTcp((socket) => socket.end(randomBytes(400))),
      /: TLS fails \(ERR_SSL/,
    ],
    'signed its certificate itself': ['https', fakeSelfSigned, /: TLS fails \(.*CERT/],
    'hangs in the TLS handshake': ['https', () => fakeTcp(() => {}), /: no connection within 5 s/],
    'has a name that does not resolve': [
      'http',
      // Longer than a label may be, so no name server is asked, which could be slow.
      async () => ({ host: `${'a'.repeat(64)}.invalid`, visits: () => 0 }),
      /: the host name does not resolve/,
    ],
    'answers with 50 MB': ['http', () => fakeHttp(endless), /answers with more than 1024 KiB: .* is not loaded/],
    'answers 500 with 50 MB': [
      'http',
      () =>
        fakeHttp((request, response) => {
          response.statusCode = 500;
          endless(request, response);
        }),
      /answers with more than 1024 KiB: .* is not loaded/,
    ],
  };
  test.concurrent.each(Object.entries(cases))('%s', async (_, [scheme, start, says]) => {
    const fake = await start();
    const ended = await gate(`${scheme}://${fake.host}`, healthProfile());
    expectError(ended, says);
    expect(ended.stderr).toContain(fake.host);
    expect(ended.stdout).toBe('');
    expect(fake.visits()).toBeLessThan(3);
  });
});

describe('is not loaded, with the cause and what to do, when the target', () => {
  const cases: Record<string, [(response: ServerResponse) => void, says: RegExp]> = {
    'redirects every request': [
      (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      /answers 302: it redirects to http:\/\/127\.0\.0\.1:1\/, and redirects are not followed/,
    ],
    'answers 401': [(response) => response.writeHead(401).end(), /answers 401: it asks for a token/],
    'is a web page': [(response) => response.end('<!doctype html><title>Aragora</title>'), /with a web page \(HTML\)/],
  };
  test.concurrent.each(Object.entries(cases))('%s', async (_, [answer, says]) => {
    const fake = await fakeHttp((_request, response) => answer(response));
    expectError(await gate(`http://${fake.host}`, healthProfile()), says);
    expect(fake.visits()).toBe(3);
  });
});

test('is not loaded with debates either when their list has 50 MB', async () => {
  const fake = await fakeHttp((request, response) => {
    response.end(request.url === '/api/health' ? '{"status":"healthy"}' : Buffer.alloc(50 * 2 ** 20, 'x'));
  });
  expectError(
    await gate(`http://${fake.host}`, listProfile()),
    /\/api\/debates answers with more than 1024 KiB: .* is not loaded/,
  );
  expect(fake.visits()).toBe(2);
});

describe('is measured, and breaches, when the target', () => {
  const cases: Record<string, [(response: ServerResponse) => void, says: RegExp, kind: RegExp]> = {
    'answers 503': [(response) => response.writeHead(503).end(), /note: .* answers 503\n/, /status_503/],
    'answers 200 with garbage': [(response) => response.end('\u0000<html>Wartung'), /^(?!note: .*health)/, /not-json/],
    'answers 200 with nothing': [(response) => response.end(), /^(?!note: .*health)/, /empty-body/],
    'closes in the middle of the body': [
      (response) => {
        response.writeHead(200, { 'content-length': 500 }).write('{"status":"healthy",');
        setImmediate(() => response.destroy());
      },
      /note: .* does not finish its answer: /,
      /broken-answer|reset/,
    ],
  };
  test.concurrent.each(Object.entries(cases))('%s', async (_, [answer, says, kind]) => {
    const fake = await fakeHttp((_request, response) => answer(response));
    const { exitCode, stdout, stderr, dir } = await gate(`http://${fake.host}`, healthProfile());
    expect(stderr).toMatch(says);
    expect(stdout).toMatch(/^BREACHES/);
    expect(exitCode).toBe(99);
    expect(statusOf(dir, 'latency.health.p50')).toBe('fail');
    expect(filesOf(dir).get('recording.json')).toMatch(kind);
    expect(filesOf(dir).get('report.html')).toContain('</html>');
  });
});

describe('a WebSocket', () => {
  test.concurrent.each([400, 401, 426])(
    'whose handshake is refused with %i ends the run before any load',
    async (status) => {
      const { host, visits } = await fakeHandshakeRefusal(status);
      const ended = await gate(healthy.httpUrl, socketProfile(['websocket.connect']), '--ws', `ws://${host}/ws`);
      const tried = `ws://${host}/ws refuses the WebSocket handshake with ${status}`;
      expectError(ended, new RegExp(`no WebSocket opens, and the load needs one: ${tried}`));
      expect(ended.stderr).toContain('--ws');
      expect(visits()).toBe(3);
    },
  );

  test.concurrent('whose frames are not JSON breaches', async () => {
    const { host } = await fakeSocketSaying('heartbeat \u0000 }{');
    const { exitCode, dir } = await gate(
      healthy.httpUrl,
      socketProfile(['websocket.frames']),
      '--ws',
      `ws://${host}/ws`,
    );
    expect(exitCode).toBe(99);
    expect(statusOf(dir, 'websocket.frames')).toBe('fail');
    expect(statusOf(dir, 'websocket.connect')).toBe('pass');
  });

  test.concurrent('that sends events of another debate than the subscribed one breaches', async () => {
    const { host } = await fakeSocketLeaking();
    const profile = socketProfile(['websocket.order']);
    const { exitCode, dir } = await gate(healthy.httpUrl, profile, '--ws', `ws://${host}/ws`);
    expect(exitCode).toBe(99);
    expect(statusOf(dir, 'websocket.order')).toBe('fail');
    expect(failures(dir, 'ws-order')).toEqual(['event-of-another-debate']);
    expect(statusOf(dir, 'websocket.subscribe')).toBe('pass');
  });

  test.concurrent('that nobody serves ends the run before any load', async () => {
    const ended = await gate(healthy.httpUrl, socketProfile(['websocket.connect']), '--ws', 'ws://127.0.0.1:1/ws');
    expectError(ended, /the load needs one: ws:\/\/127\.0\.0\.1:1\/ws opens no WebSocket: connection refused/);
  });

  // Only Linux has the whole of 127.0.0.0/8: another address keeps this test apart from a server at the port of the release.
  test.runIf(process.platform === 'linux')('at the port of the release is found, and the run says so', async () => {
    const host = '127.87.65.1';
    const own = await startTarget({ host, wsPort: RELEASE_WS_PORT });
    const front = await fakeProxy(own.httpUrl, { host });
    try {
      const { stderr, stdout, dir } = await gate(`http://${front.host}`, socketProfile(['websocket.connect']));
      const note = `WebSockets are at ${own.wsUrl}: ws://${front.host}/ws refuses the WebSocket handshake with `;
      expect(stderr).toContain(`note: ${note}`);
      expect(statusOf(dir, 'websocket.connect')).toBe('pass');
      expect(stdout).toMatch(/^note +WebSockets are at /m);
      for (const file of ['plan.json', 'findings.json', 'report.md', 'report.html']) {
        expect(filesOf(dir).get(file), file).toContain(own.wsUrl);
      }
    } finally {
      await own.stop();
    }
  });
});

describe('an authority of its own', () => {
  test('that signed the certificate is named with --ca, for the load too', async () => {
    const { host } = await fakeSelfSigned();
    const dir = join(tempDir(), 'run');
    const ca = join(tempDir(), 'ca.pem');
    writeFileSync(ca, CERTIFICATE);
    const args = ['run', '--target', `https://${host}`, '--profile', healthProfile(), '--no-telemetry', '--ca', ca];
    await runCli([...args, '--out', dir]);
    expect(failures(dir, 'health')).toEqual([]);
  });
});

describe('a token', () => {
  const token = 'eyJhbGciOi.s3cret-t0ken';

  test('is sent to a target that needs it, and is in no output and no file', async () => {
    const guarded = await startTarget({ token });
    try {
      const dir = join(tempDir(), 'run');
      const args = [
        'run',
        '--target',
        guarded.httpUrl,
        '--profile',
        socketProfile(['websocket.connect']),
        '--out',
        dir,
      ];
      const without = await runCli(args);
      expectError(without, /refuses the WebSocket handshake with 401: set ARAGORA_API_TOKEN/);

      const env = { ARAGORA_API_TOKEN: token, K6_HTTP_DEBUG: 'full' };
      const given = await runCli([...args.slice(0, -1), `${dir}-2`], { env });
      expect(given.stderr).not.toMatch(/401/);
      expect(statusOf(`${dir}-2`, 'websocket.connect')).toBe('pass');
      expectNowhere(token, given, `${dir}-2`);
    } finally {
      await guarded.stop();
    }
  });

  test('is in no output and no file even when the target sends it back', async () => {
    const { host } = await fakeHttp((request, response) => {
      // First, because a long answer is shown in part.
      const { authorization } = request.headers;
      const echo = JSON.stringify({ authorization, ...request.headers });
      response.writeHead(200, { 'x-echo': echo }).end(echo);
    });
    const dir = join(tempDir(), 'run');
    const args = [
      'run',
      '--target',
      `http://${host}`,
      '--profile',
      socketProfile(['latency.health.p50']),
      '--ws',
      healthy.wsUrl,
      '--out',
      dir,
    ];
    const ended = await runCli(args, { env: { ARAGORA_API_TOKEN: token } });
    expect(ended.stderr).toMatch(/note: there is no finished debate .*Bearer \(token\)/);
    expect(ended.exitCode).toBe(99);
    expectNowhere(token, ended, dir);
  });

  function expectNowhere(secret: string, { stdout, stderr }: Ended, dir: string): void {
    expect(stdout + stderr).not.toContain(secret);
    expect(readdirSync(dir)).toContain('report.html');
    for (const [name, content] of filesOf(dir)) expect(content.includes(secret), name).toBe(false);
    expect(findings(dir).run.command).not.toContain('TOKEN');
  }
});

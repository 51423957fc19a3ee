/** Every way in which an answer can fail to come, against real sockets on free ports. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, test } from 'vitest';
import {
  CERTIFICATE,
  closeFakes,
  fakeHealth,
  fakeHttp,
  fakeMutualTls,
  fakeSelfSigned,
  fakeTcp,
  KEY,
} from '../../test/cli/support/servers.ts';
import { type HttpRequest, Line, send } from './client.ts';

afterAll(closeFakes);

const MIB = 1024 * 1024;

/** Ask a server that answers every request so. */
async function answered(answer: Parameters<typeof fakeHttp>[0], asked: HttpRequest = {}) {
  const { host } = await fakeHttp(answer);
  return send(`http://${host}/path?query=1`, asked);
}

describe('an answer', () => {
  it('comes whatever its status, with what it says of itself', async () => {
    const answer = await answered((_, response) =>
      response.writeHead(302, { location: '/login', 'content-type': 'text/html' }).end('elsewhere'),
    );
    expect(answer).toEqual({ status: 302, contentType: 'text/html', location: '/login', text: 'elsewhere' });
  });

  it.each<[string, HttpRequest, string]>([
    ['by GET', {}, 'GET'],
    ['by POST when there is a body', { body: 'ask' }, 'POST ask'],
    ['by another method', { method: 'DELETE' }, 'DELETE'],
  ])('is asked for %s', async (_, asked, expected) => {
    const answer = await answered(
      async (request, response) => response.end(`${request.method} ${await text(request)}`.trim()),
      asked,
    );
    expect(answer).toMatchObject({ text: expected });
  });

  it.each<[string, HttpRequest['auth'], string]>([
    ['nothing', undefined, 'undefined'],
    ['a token', { kind: 'bearer', token: 's3cret' }, 'Bearer s3cret'],
    ['user and password', { kind: 'basic', user: 'a', password: 'b' }, 'Basic YTpi'],
  ])('is asked for with %s', async (_, auth, expected) => {
    const answer = await answered((request, response) => response.end(String(request.headers.authorization)), { auth });
    expect(answer).toMatchObject({ text: expected });
  });

  /** Aragora 2.7.4 and 2.11.1 find a token under `Authorization` alone, and k6 writes it so. */
  it('is asked for with the names of headers as the load writes them', async () => {
    const answer = await answered((request, response) => response.end(request.rawHeaders.join(' ')), {
      auth: { kind: 'bearer', token: 's3cret' },
      headers: { 'content-type': 'text/plain', traceparent: '00' },
    });
    expect(answer).toMatchObject({
      text: expect.stringMatching(/(?=.* Authorization Bearer s3cret)(?=.* Content-Type )(?=.* Traceparent )/),
    });
  });

  it('has the header that was asked for', async () => {
    const answer = await answered((_, response) => response.setHeader('X-API-Release', '2.11.1').end(), {
      keep: 'x-api-release',
    });
    expect(answer).toMatchObject({ kept: '2.11.1' });
  });

  it.each(['gzip', 'GZIP', 'x-gzip'])('is unpacked where it was packed unasked as %s', async (coding) => {
    const answer = await answered((request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(gzipSync(String(request.headers['accept-encoding']))),
    );
    expect(answer).toMatchObject({ status: 200, text: 'identity' });
  });

  it('is read as it is where its coding has an empty name', async () => {
    const answer = await answered((_, response) => response.writeHead(200, { 'content-encoding': '' }).end('{}'));
    expect(answer).toMatchObject({ status: 200, text: '{}' });
  });

  const EVERY_MS = 20;
  it.each([
    ['its header', 'HTTP/1.1 200 OK\r\n', 'X-More: 1\r\n', 'no answer within 0.4 s', null],
    ['its body', 'HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n', 'x', 'no end within 0.4 s', 200],
  ])('that comes bit by bit, and never ends %s, is left in time', async (_, begin, bit, words, status) => {
    const { host } = await fakeTcp((socket) => {
      socket.write(begin);
      const timer = setInterval(() => socket.write(bit), EVERY_MS);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await send(`http://${host}`, { timeoutMs: 400 })).toMatchObject({ status, trouble: { words } });
  });

  it('may be as large as is allowed', async () => {
    const answer = await answered((_, response) => response.end('x'.repeat(MIB)), { maxBytes: MIB });
    expect(answer).toMatchObject({ text: 'x'.repeat(MIB) });
  });
});

describe('no connection', () => {
  const resets = (socket: Socket) => void socket.on('data', () => socket.resetAndDestroy());
  test.each<[string, string, () => Promise<{ host: string }>, kind: string, words: RegExp]>([
    ['refuses', 'http', async () => ({ host: '127.0.0.1:1' }), 'refused', /^connection refused$/],
    ['resets', 'http', () => fakeTcp(resets), 'reset', /^connection reset$/],
    ['closes', 'http', () => fakeTcp((socket) => socket.end()), 'closed', /^the connection was closed$/],
    [
      // Longer than a label may be, so no name server is asked, which could be slow.
      'has a name that does not resolve',
      'http',
      async () => ({ host: `${'a'.repeat(64)}.invalid` }),
      'unknown-host',
      /^the host name does not resolve$/,
    ],
    [
      'speaks something else',
      'http',
      () => fakeTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')),
      'not-http',
      /^it does not speak HTTP$/,
    ],
    ['speaks plain HTTP', 'https', () => fakeHealth(), 'tls', /^TLS fails \(ERR_SSL_\w+\)$/],
    [
      'speaks garbage',
      'https',
      () => fakeTcp((socket) => socket.end(randomBytes(400))),
      'tls',
      /^TLS fails \(ERR_SSL_\w+\)$/,
    ],
    [
      'signed its certificate itself',
      'https',
      fakeSelfSigned,
      'tls',
      /^TLS fails \(DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate\)$/,
    ],
    ['asks for a certificate', 'https', async () => fakeMutualTls(), 'tls', /^TLS fails \(DEPTH_ZERO_SELF_SIGNED_CERT/],
  ])('to a server that %s', async (_, scheme, start, kind, words) => {
    const { host } = await start();
    expect(await send(`${scheme}://${host}`)).toMatchObject({
      status: null,
      trouble: { kind, words: expect.stringMatching(words) },
    });
  });
});

describe('TLS with an own authority', () => {
  const tls = { caPem: CERTIFICATE };

  it('is accepted', async () => {
    const { host } = await fakeSelfSigned();
    expect(await send(`https://${host}`, { tls })).toMatchObject({ status: 200 });
  });

  it('asks for a client certificate, and accepts it', async () => {
    const { host } = await fakeMutualTls();
    expect(await send(`https://${host}`, { tls })).toMatchObject({
      status: null,
      trouble: { kind: 'client-certificate', words: 'TLS fails (it asks for a client certificate)' },
    });
    expect(await send(`https://${host}`, { tls: { ...tls, certPem: CERTIFICATE, keyPem: KEY } })).toMatchObject({
      status: 200,
    });
  });

  it('is not looked at where nobody wants it', async () => {
    const { host } = await fakeSelfSigned();
    expect(await send(`https://${host}`, { tls: { unchecked: true } })).toMatchObject({ status: 200 });
  });
});

describe('the deadline', () => {
  const timeoutMs = 100;

  it('passes while connecting', async () => {
    const { host } = await fakeTcp(() => {});
    expect(await send(`https://${host}`, { timeoutMs })).toMatchObject({
      status: null,
      trouble: { kind: 'no-connection', words: 'no connection within 0.1 s' },
    });
  });

  it('passes before the answer', async () => {
    expect(await answered(() => {}, { timeoutMs })).toMatchObject({
      status: null,
      trouble: { kind: 'no-answer', words: 'no answer within 0.1 s' },
    });
  });

  it('passes within the answer', async () => {
    // Its beginning has to come in time, however busy the machine.
    const longMs = 5_000;
    expect(await answered((_, response) => void response.write('{'), { timeoutMs: longMs })).toMatchObject({
      status: 200,
      trouble: { kind: 'no-end', words: 'no end within 5 s' },
    });
  });

  it('leaves no connection behind', async () => {
    let closed: Promise<unknown> | undefined;
    const { host } = await fakeTcp((socket) => {
      closed = once(socket.resume(), 'close');
    });
    await send(`https://${host}`, { timeoutMs });
    await closed;
  });

  it('leaves none behind on a line either, and makes none that nobody asked for', async () => {
    const closed: Promise<unknown>[] = [];
    const { host } = await fakeTcp((socket) => {
      closed.push(once(socket.resume(), 'close'));
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n');
    });
    const line = new Line();
    for (const made of [1, 2]) {
      expect(await line.send(`http://${host}`, { timeoutMs: 1_000 })).toMatchObject({
        status: 200,
        trouble: { kind: 'no-end' },
      });
      expect(line.connections).toBe(made);
    }
    await line.close();
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
  });
});

describe('an answer of no use', () => {
  const packed =
    (packing: string, body: Buffer) => (_: unknown, response: Parameters<Parameters<typeof fakeHttp>[0]>[1]) =>
      response.writeHead(200, { 'content-encoding': packing }).end(body);

  test.each<[string, Parameters<typeof fakeHttp>[0], kind: string, words: RegExp]>([
    [
      'is too large',
      (_, response) => response.end('x'.repeat(3 * MIB)),
      'too-large',
      /^its answer is larger than 1 MiB$/,
    ],
    [
      'is too large once unpacked',
      packed('gzip', gzipSync('x'.repeat(3 * MIB))),
      'too-large',
      /^its answer is larger than 1 MiB$/,
    ],
    ['is packed wrongly', packed('gzip', Buffer.from('text')), 'unreadable', /^its answer can't be unpacked: /],
    [
      'is packed as nobody asked',
      packed('br', Buffer.from('text')),
      'unreadable',
      /^its answer is compressed as br, which was not requested$/,
    ],
    [
      'ends too early',
      (_, response) => {
        response.writeHead(200, { 'content-length': 500 }).write('{');
        setImmediate(() => response.destroy());
      },
      'closed',
      /^the connection was closed$/,
    ],
  ])('%s', async (_, answer, kind, words) => {
    expect(await answered(answer, { maxBytes: MIB })).toMatchObject({
      status: 200,
      trouble: { kind, words: expect.stringMatching(words) },
    });
  });
});

describe('an abort', () => {
  it('is thrown, and is no trouble of the server', async () => {
    const abort = new AbortController();
    const { host } = await fakeHttp(() => abort.abort(new Error('Ctrl-C')));
    await expect(send(`http://${host}`, { signal: abort.signal })).rejects.toThrow('Ctrl-C');
  });

  it('ends a connection that is being made', async () => {
    const abort = new AbortController();
    let closed: Promise<unknown> | undefined;
    const { host } = await fakeTcp((socket) => {
      closed = once(socket.resume(), 'close');
      abort.abort(new Error('Ctrl-C'));
    });
    await expect(send(`https://${host}`, { signal: abort.signal })).rejects.toThrow('Ctrl-C');
    await closed;
  });

  it('before the request asks nobody', async () => {
    const { host, visits } = await fakeHealth();
    await expect(send(`http://${host}`, { signal: AbortSignal.abort(new Error('Ctrl-C')) })).rejects.toThrow('Ctrl-C');
    expect(visits()).toBe(0);
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, test } from 'vitest';
import { fetchJson, fetchText } from './http.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(server: Server, scheme = 'http'): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener) => listening(createServer(listener));
const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
  serve((_, response) => void response.writeHead(status, headers).end(body));

describe('a JSON answer', () => {
  it('comes as data', async () => {
    const url = await answer(200, '{"status":"success"}', { 'content-type': 'application/json' });
    expect(await fetchJson(url)).toEqual({ ok: true, status: 200, data: { status: 'success' } });
  });

  it.each([
    ['a token', { kind: 'bearer', token: 's3cret' } as const, 'Bearer s3cret'],
    ['user and password', { kind: 'basic', user: 'a', password: 'b' } as const, 'Basic YTpi'],
  ])('is had with %s', async (_, auth, expected) => {
    const url = await serve((request, response) => void response.end(JSON.stringify(request.headers.authorization)));
    expect(await fetchJson(url, { auth })).toMatchObject({ data: expected });
  });

  it('is had by POST when there is a body', async () => {
    const url = await serve((request, response) => {
      request.on('data', () => {}).on('end', () => response.end(JSON.stringify(request.method)));
    });
    expect(await fetchJson(url, { body: '{}' })).toMatchObject({ data: 'POST' });
  });
});

test('an answer that is packed unasked is unpacked', async () => {
  const packed = { 'content-type': 'text/plain', 'content-encoding': 'gzip' };
  const url = await serve((_, response) => void response.writeHead(200, packed).end(gzipSync('aragora_a 1\n')));
  expect(await fetchText(url)).toMatchObject({ ok: true, text: 'aragora_a 1\n' });
});

describe('no answer has a reason and a hint', () => {
  test.each([
    ['HTML', 200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }, 'answers HTML, not JSON'],
    ['text', 200, 'ready', {}, 'answers no JSON: "ready"'],
    ['nothing', 200, '', {}, 'answers no JSON: an empty body'],
    [
      'a redirect',
      302,
      '',
      { location: 'https://sso.example/login?state=s3cret' },
      'answers 302: it redirects to https://sso.example/login',
    ],
    ['wants credentials', 401, '', {}, 'answers 401: it wants credentials'],
    ['not ready', 503, 'Ingester not ready', {}, 'answers 503: "Ingester not ready"'],
    [
      'refused by Prometheus',
      400,
      '{"status":"error","errorType":"bad_data","error":"1:6: parse error"}',
      {},
      'answers 400: "1:6: parse error"',
    ],
    [
      'refused by Jaeger',
      400,
      '{"data":null,"errors":[{"code":400,"msg":"cannot parse it"}]}',
      {},
      'answers 400: "cannot parse it"',
    ],
    [
      'refused by Elasticsearch',
      400,
      '{"error":{"root_cause":[{"type":"b","reason":"no mapping"}],"type":"a","reason":"all shards failed"}}',
      {},
      'answers 400: "no mapping"',
    ],
    [
      'refused by Elasticsearch for no one cause',
      400,
      '{"error":{"root_cause":[],"type":"a","reason":"all shards failed"},"status":400}',
      {},
      'answers 400: "all shards failed"',
    ],
    ['refused with other JSON', 500, '{"detail":[]}', {}, 'answers 500: "{\\"detail\\":[]}"'],
    ['not found', 404, '<html>nginx</html>', {}, 'answers 404'],
  ])('%s', async (_, status, body, headers, reason) => {
    const url = await answer(status, body, headers);
    const result = await fetchJson(`${url}/api?token=s3cret`);
    expect(result).toEqual({
      ok: false,
      status,
      reason: `GET ${url}/api ${reason}`,
      hint: expect.stringMatching(/\w/),
    });
  });

  it('says when the credentials given are refused, without repeating them', async () => {
    const url = await answer(403, 's3cret is wrong'.slice(7));
    const result = await fetchJson(url, { auth: { kind: 'bearer', token: 's3cret' } });
    expect(result).toMatchObject({ reason: `GET ${url}/ answers 403: it refuses the credentials given` });
    expect(JSON.stringify(result)).not.toContain('s3cret');
  });

  it('refused', async () => {
    const url = await answer(200, '');
    servers.splice(0).forEach((server) => void server.close());
    expect(await fetchText(url)).toMatchObject({
      ok: false,
      status: null,
      reason: `GET ${url}/ is refused: nothing listens there`,
    });
  });

  it('silence', async () => {
    const url = await serve(() => {});
    expect(await fetchText(url, { timeoutMs: 50 })).toMatchObject({
      reason: `GET ${url}/ did not answer within 0.05 s`,
    });
  });

  it('an answer that never ends', async () => {
    const url = await serve((_, response) => void response.write('{'));
    expect(await fetchText(url, { timeoutMs: 100 })).toMatchObject({
      reason: `GET ${url}/ did not answer within 0.1 s`,
    });
  });

  it('a cut connection', async () => {
    const url = await serve((request) => void request.socket.destroy());
    expect(await fetchText(url)).toMatchObject({ reason: `GET ${url}/ is cut off: the connection was reset` });
  });

  it('too much', async () => {
    const url = await answer(200, 'x'.repeat(3 * 1024 * 1024));
    expect(await fetchText(url, { maxBytes: 1024 * 1024 })).toMatchObject({
      reason: `GET ${url}/ fails: its answer is larger than 1 MiB`,
    });
  });

  test.each([
    ['too much, packed', 'gzip', gzipSync('x'.repeat(3 * 1024 * 1024)), /can't be unpacked/],
    ['packed wrongly', 'gzip', Buffer.from('aragora_a 1'), /can't be unpacked/],
    ['packed as nobody asked', 'br', Buffer.from('aragora_a 1'), /packed as br, which was not asked for/],
  ])('%s', async (_, packing, body, reason) => {
    const url = await serve((_, response) => void response.writeHead(200, { 'content-encoding': packing }).end(body));
    expect(await fetchText(url, { maxBytes: 1024 * 1024 })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(reason),
    });
  });

  it('TLS where there is none', async () => {
    const url = await answer(200, '{}');
    expect(await fetchText(url.replace('http:', 'https:'))).toMatchObject({
      reason: expect.stringContaining('fails in TLS'),
    });
  });
});

test('a certificate of an own authority is accepted with that authority only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aragora-slo-tls-'));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', certFile],
  ]);
  const [key, cert] = [await readFile(keyFile, 'utf8'), await readFile(certFile, 'utf8')];
  await rm(folder, { recursive: true });
  const url = await listening(
    createTlsServer({ key, cert }, (_, response) => void response.end('{}')),
    'https',
  );
  expect(await fetchJson(url, { tls: { caPem: cert } })).toMatchObject({ ok: true });
  expect(await fetchJson(url)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('fails in TLS: self-signed'),
  });
});

test('an abort is thrown, not told as a failure of the backend', async () => {
  const url = await serve(() => {});
  const abort = new AbortController();
  const asked = fetchText(url, { signal: abort.signal });
  abort.abort(new Error('Ctrl-C'));
  await expect(asked).rejects.toThrow('Ctrl-C');
});

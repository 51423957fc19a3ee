import type { RequestListener } from 'node:http';
import { afterAll, describe, expect, it, test } from 'vitest';
import { closeFakes, fakeHealth, fakeHttp, fakeTcp } from '../../test/cli/support/servers.ts';
import { fetchJson, fetchText } from './backend.ts';

afterAll(closeFakes);

const serve = async (listener: RequestListener) => `http://${(await fakeHttp(listener)).host}`;
const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
  serve((_, response) => void response.writeHead(status, headers).end(body));

describe('a JSON answer', () => {
  it('comes as data', async () => {
    const url = await answer(200, '{"status":"success"}', { 'content-type': 'application/json' });
    expect(await fetchJson(url)).toEqual({ ok: true, status: 200, data: { status: 'success' } });
  });

  it('is asked for as such, by POST when there is a body', async () => {
    const url = await serve((request, response) =>
      response.end(JSON.stringify(`${request.method} ${request.headers.accept}`)),
    );
    expect(await fetchJson(url, { body: '{}' })).toMatchObject({ data: 'POST application/json' });
  });
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
    ['wants credentials', 401, '', {}, 'answers 401: it needs credentials'],
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

  it.each<[string, () => Promise<string>, reason: RegExp, hint: RegExp, timeoutMs?: number]>([
    ['refused', async () => 'http://127.0.0.1:1', /does not answer: connection refused/, /is it running/],
    ['silence', () => serve(() => {}), /does not answer: no answer within 0.1 s/, /overloaded/, 100],
    [
      'an answer that never ends',
      () => serve((_, response) => void response.write('{')),
      /does not finish its answer: no end within 0.1 s/,
      /overloaded/,
      100,
    ],
    [
      'a cut connection',
      () => serve((request) => void request.socket.destroy()),
      /does not answer: the connection was closed/,
      /overloaded/,
    ],
    [
      'too much',
      () => answer(200, 'x'.repeat(3 * 1024 * 1024)),
      /can't be read: its answer is larger than 1 MiB/,
      /check the address: does something else/,
    ],
    [
      'TLS where there is none',
      async () => `https://${(await fakeHealth()).host}`,
      /does not answer: TLS fails \(/,
      /--backend-ca/,
    ],
    [
      'no HTTP',
      async () => `http://${(await fakeTcp((socket) => socket.end('SSH-2.0\r\n'))).host}`,
      /does not answer: it does not speak HTTP/,
      /check the address/,
    ],
  ])('%s', async (_, start, reason, hint, timeoutMs = 10_000) => {
    const url = await start();
    const result = await fetchText(`${url}?token=s3cret`, { timeoutMs, maxBytes: 1024 * 1024 });
    expect(result).toEqual({
      ok: false,
      status: null,
      reason: expect.stringMatching(new RegExp(`^GET ${url}/ ${reason.source}`)),
      hint: expect.stringMatching(hint),
    });
  });
});

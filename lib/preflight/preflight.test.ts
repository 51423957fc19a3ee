/** What a look before the load says of each kind of set-up, and that it stays silent of a server that is in order. */
import type { RequestListener } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import { CERTIFICATE, closeFakes, fakeSelfSigned } from '../../test/cli/support/servers.ts';
import { serve, wantedOf } from '../../test/support/wanted.ts';
import { startTarget } from '../target/target.ts';
import { preflight } from './preflight.ts';
import { askProxy, proxyOf } from './proxy.ts';
import type { Wanted } from './question.ts';

const { signal } = new AbortController();
afterAll(closeFakes);
const look = (httpUrl: string, more: Partial<Wanted> = {}) => preflight(wantedOf(httpUrl, more), signal);
const metricsOf = (httpUrl: string) => ({ reads: [{ url: `${httpUrl}/metrics`, access: {} }] });

test('a server that is in order is asked each path once, and nothing is said', async () => {
  const { httpUrl, wsUrl, stop } = await startTarget();
  const wanted = { paths: ['/api/debates'], socket: 'load', ...metricsOf(httpUrl) } as const;
  expect(await look(httpUrl, wanted).finally(stop)).toEqual({ notes: [], wsUrl, hosts: {} });
});

describe('what makes every figure meaningless ends the run, with the cause and the fix', () => {
  const cases: Record<string, [answer: RequestListener, says: RegExp, fix: RegExp, more?: Partial<Wanted>]> = {
    'a token is asked for': [
      (_, response) => response.writeHead(401).end(),
      /\/api\/health answers 401: it asks for a token/,
      /ARAGORA_API_TOKEN/,
    ],
    'a token is refused': [
      (_, response) => response.writeHead(401).end('{"error": "s3cret is unknown"}'),
      /answers 401 \("\(token\) is unknown"\): it does not accept the token of ARAGORA_API_TOKEN/,
      /issued .*still valid/,
      { token: 's3cret' },
    ],
    // As Aragora 2.11.1 refuses an administrator.
    'a token is not enough': [
      (_, response) => response.writeHead(403).end('{"error": "Administrative access requires MFA."}'),
      /answers 403 \("Administrative access requires MFA\."\): it knows who asks .*, and does not allow it/,
      /take a token that may do this/,
      { token: 's3cret' },
    ],
    'there is no such path': [
      (_, response) => response.writeHead(404).end(),
      /\/api\/health answers 404/,
      /address of an Aragora/,
    ],
    'a rate limit refuses the first request': [
      (_, response) => response.writeHead(429, { 'retry-after': '60' }).end(),
      /answers 429: a rate limit/,
      /real-server\.md/,
    ],
    'a login page is elsewhere': [
      (_, response) => response.writeHead(302, { location: 'https://sso.example/login?state=s3cret' }).end(),
      /answers 302: it redirects to https:\/\/sso\.example\/login, and/,
      /answers by itself/,
    ],
    'a web page without a doctype answers': [
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
      /answers 200 with a web page/,
      /address of the API/,
    ],
    'its headers have no end': [
      (_, response) => response.writeHead(200, { 'x-long': 'a'.repeat(20_000) }).end('{}'),
      /\/api\/health: the headers of its answer are larger than 16 KiB: this is not an Aragora/,
      /address of the API/,
    ],
    'a web page answers': [
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Hello'),
      /answers 200 with a web page/,
      /address of the API/,
    ],
    'only the list is refused': [
      (request, response) =>
        void (request.url === '/api/health' ? response.end('{}') : response.writeHead(401).end('{}')),
      /\/api\/debates answers 401/,
      /ARAGORA_API_TOKEN/,
      { paths: ['/api/debates'] },
    ],
  };
  test.each(Object.entries(cases))('%s', async (_, [answer, message, hint, more]) => {
    const ended = look(await serve(answer), more);
    await expect(ended).rejects.toMatchObject({
      code: 'target-unreachable',
      exitCode: 2,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    await expect(ended).rejects.not.toMatchObject({ message: expect.stringContaining('s3cret') });
  });
});

describe('an innocent server is loaded', () => {
  test.each([301, 302, 307, 308])('that adds a slash by a redirect with %i', async (status) => {
    const url = await serve((request, response) =>
      request.url === '/api/debates'
        ? response.writeHead(status, { location: '/api/debates/' }).end()
        : response.end('{}'),
    );
    expect(await look(url, { paths: ['/api/debates'] })).toMatchObject({ notes: [] });
  });

  test.each([401, 404, 429])('that answers %i only now and then', async (status) => {
    let asked = 0;
    const url = await serve((_, response) => response.writeHead(asked++ % 3 === 0 ? status : 200).end('{}'));
    expect(await look(url)).toMatchObject({ notes: [] });
  });

  test('that calls its JSON a web page', async () => {
    const url = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{}'));
    expect(await look(url)).toMatchObject({ notes: [] });
  });

  test.each([500, 503])('that answers %i, which the load measures', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end());
    expect((await look(url)).notes).toEqual([`${url}/api/health answers ${status}`]);
  });
});

describe('metrics that can not be read are a restriction', () => {
  test.each<[string, number, string, RegExp | undefined]>([
    ['not there', 404, '', /answers 404: this path is not there; name where they are with --metrics/],
    ['behind a token', 401, '', /answers 401: it asks for a token; set/],
    ['a web page', 200, '<html></html>', /with a web page/],
    [
      'broken',
      500,
      '{"error": "Internal server error"}',
      /answers 500 \("Internal server error"\); its log .*--no-telemetry/,
    ],
    ['without types', 200, 'aragora_requests_total_count 1\n', /no line with a type; .*prometheus_client/],
    ['in order', 200, '# TYPE a counter\na 1\n', undefined],
  ])('%s', async (_, status, text, says) => {
    const url = await serve((request, response) =>
      request.url === '/metrics' ? response.writeHead(status).end(text) : response.end('{}'),
    );
    const { notes } = await look(url, metricsOf(url));
    expect(notes).toEqual(says === undefined ? [] : [expect.stringMatching(says)]);
    expect((await look(url)).notes).toEqual([]);
  });
});

describe('an authority of its own', () => {
  test('is asked for where a certificate is not known', async () => {
    const { host } = await fakeSelfSigned();
    await expect(look(`https://${host}`)).rejects.toMatchObject({
      message: expect.stringMatching(/TLS fails/),
      hint: expect.stringContaining('--ca FILE'),
    });
  });

  test('is enough where it is named', async () => {
    const { host } = await fakeSelfSigned();
    expect(await look(`https://${host}`, { tls: { caPem: CERTIFICATE } })).toMatchObject({ notes: [] });
  });
});

describe('a proxy of the environment', () => {
  test.each<[string, string, NodeJS.ProcessEnv, string | undefined]>([
    ['for the scheme', 'http://aragora.example', { HTTP_PROXY: 'http://proxy:1' }, 'HTTP_PROXY'],
    ['in lower case', 'https://aragora.example', { https_proxy: 'http://proxy:1' }, 'https_proxy'],
    ['for another scheme', 'http://aragora.example', { HTTPS_PROXY: 'http://proxy:1' }, undefined],
    ['for the loopback', 'http://127.0.0.1:80', { HTTP_PROXY: 'http://proxy:1' }, undefined],
    ['that is empty', 'http://aragora.example', { HTTP_PROXY: '' }, undefined],
    [
      'that is exempt by its domain',
      'http://a.b.example:8080',
      { HTTP_PROXY: 'x', NO_PROXY: 'c, .b.example' },
      undefined,
    ],
    [
      'that is exempt at another port',
      'http://b.example:8080',
      { HTTP_PROXY: 'x', NO_PROXY: 'b.example:1' },
      'HTTP_PROXY',
    ],
    ['that is exempt altogether', 'http://b.example', { HTTP_PROXY: 'x', no_proxy: '*' }, undefined],
  ])('%s', (_, url, env, expected) => {
    expect(proxyOf(url, env)).toBe(expected);
  });

  test('is not used, and that is said', async () => {
    const env = { HTTP_PROXY: 'http://proxy:1' };
    expect((await askProxy(wantedOf('http://aragora.example:8080', { env }))).notes).toEqual([
      'HTTP_PROXY is not used: the load and all other requests go straight to aragora.example:8080',
    ]);
    expect((await askProxy(wantedOf('http://127.0.0.1:8080', { env }))).notes).toEqual([]);
  });
});

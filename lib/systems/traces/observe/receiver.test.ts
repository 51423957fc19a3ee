import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { gzipSync } from 'node:zlib';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { framed, grpcCall } from '../../../../test/support/otlp-grpc.ts';
import { startReceiver } from './receiver.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

async function receiver() {
  const started = await startReceiver();
  onTestFinished(() => started.stop());
  return started;
}

const spansOf = ({ spans }: Awaited<ReturnType<typeof receiver>>) =>
  [...spans.keptTraceIds()].flatMap((traceId) => spans.spansOf(traceId));

/** Two spans by the OpenTelemetry SDK, exported to `url`. */
async function exportSpans(url: string, headers: Record<string, string> = {}): Promise<void> {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'aragora-api' }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url, headers }))],
  });
  const tracer = provider.getTracer('test');
  const attributes = { text: 'ä', whole: -3, big: 2 ** 40, part: 1.5, yes: true, list: ['a', 'b'] };
  const span = tracer.startSpan('http.request', { kind: SpanKind.SERVER, attributes });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'broken' });
  span.recordException(new Error('boom'));
  span.end();
  tracer.startSpan('other').end();
  await provider.shutdown();
}

const EXPORTED = {
  traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
  parentSpanId: null,
  name: 'http.request',
  kind: 'server',
  startUnixNano: expect.stringMatching(/^1\d{18}$/),
  endUnixNano: expect.stringMatching(/^1\d{18}$/),
  attributes: { text: 'ä', whole: -3, big: 2 ** 40, part: 1.5, yes: true, list: ['a', 'b'] },
  status: 'error',
  serviceName: 'aragora-api',
  flags: expect.any(Number),
};

/** The protobuf body that the SDK's exporter sends. */
async function protobufBody(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await exportSpans(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return Buffer.concat(chunks);
}

const jsonSpan = {
  traceId: TRACE.toUpperCase(),
  spanId: 'B7AD6B7169203331',
  parentSpanId: '',
  name: 'agent.call',
  kind: 3,
  startTimeUnixNano: '1544712660000000000',
  endTimeUnixNano: 1544712661000000000,
  attributes: [
    { key: 'provider', value: { stringValue: 'demo' } },
    { key: 'tokens', value: { intValue: '128' } },
    { key: 'map', value: { kvlistValue: { values: [{ key: 'a', value: { intValue: 1 } }] } } },
    { key: 'nothing', value: {} },
  ],
  status: { code: 1 },
  unknownField: 'is ignored',
};
const requestOf = (...spans: object[]) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'json' } }] },
      scopeSpans: [{ scope: {}, spans }],
    },
  ],
});

function postJson(url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

const NOTHING_ELSE = { cutOff: 0, strays: [] };

/** As a browser would, that a page of evil.example lets send to this machine. */
function postFor(host: string, url: string): Promise<number | undefined> {
  const body = JSON.stringify(requestOf(jsonSpan));
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', headers: { host, 'content-type': 'application/json' } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end(body);
  });
}

test('what is addressed to another host is not taken', async () => {
  const started = await receiver();
  expect(await postFor('evil.example:4318', started.httpUrl)).toBe(421);
  const call = await grpcCall(started.grpcUrl, framed(Buffer.alloc(0)), { ':authority': 'evil.example' });
  expect(call.status).toBe('7');
  expect(spansOf(started)).toEqual([]);
  expect(started.exports).toMatchObject({ requests: 0, malformed: 0 });
  expect(started.exports.strays).toEqual([
    'POST /v1/traces for evil.example:4318',
    expect.stringMatching(/^gRPC .* for evil\.example$/),
  ]);
  expect(await postFor('localhost', started.httpUrl)).toBe(200);
  expect(spansOf(started)).toHaveLength(1);
});

describe('over HTTP', () => {
  it('takes what the OpenTelemetry SDK exports as protobuf', async () => {
    const started = await receiver();
    await exportSpans(started.httpUrl);
    expect(spansOf(started).map(({ name }) => name)).toEqual(['http.request', 'other']);
    expect(spansOf(started)[0]).toEqual(EXPORTED);
    expect(started.exports).toEqual({ requests: 1, malformed: 0, rejectedSpans: 0, problems: [], ...NOTHING_ELSE });
  });

  it('takes OTLP/JSON, packed too', async () => {
    const started = await receiver();
    const text = JSON.stringify(requestOf(jsonSpan));
    const answer = await postJson(started.httpUrl, text);
    expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toEqual([
      200,
      'application/json',
      {},
    ]);
    for (const [at, coding] of ['gzip', 'GZIP', 'x-gzip'].entries()) {
      const packed = gzipSync(text.replace(/B7AD/, `B7B${at}`));
      expect((await postJson(started.httpUrl, packed, { 'content-encoding': coding })).status, coding).toBe(200);
    }
    expect((await postJson(started.httpUrl, text.replace(/B7AD/, 'B7B9'), { 'content-encoding': '' })).status).toBe(
      200,
    );
    expect(spansOf(started)[0]).toEqual({
      traceId: TRACE,
      spanId: 'b7ad6b7169203331',
      parentSpanId: null,
      name: 'agent.call',
      kind: 'client',
      startUnixNano: '1544712660000000000',
      endUnixNano: '1544712661000000000',
      attributes: { provider: 'demo', tokens: 128, map: '{"a":1}', nothing: '' },
      status: 'ok',
      serviceName: 'json',
      flags: null,
    });
    expect(spansOf(started).map(({ spanId }) => spanId.slice(0, 4))).toEqual(['b7ad', 'b7b0', 'b7b1', 'b7b2', 'b7b9']);
  });

  it('keeps the good spans of a request and reports the others', async () => {
    const started = await receiver();
    const bad = { ...jsonSpan, traceId: '0'.repeat(32) };
    const answer = await postJson(started.httpUrl, JSON.stringify(requestOf(jsonSpan, bad)));
    const problem = 'a span has no valid traceId: 16 bytes, not all zero';
    expect(await answer.json()).toEqual({ partialSuccess: { rejectedSpans: 1, errorMessage: problem } });
    expect(spansOf(started)).toHaveLength(1);
    expect(started.exports).toEqual({
      requests: 1,
      malformed: 0,
      rejectedSpans: 1,
      problems: [problem],
      ...NOTHING_ELSE,
    });
  });

  test.each([
    ['JSON that ends early', '{"resourceSpans":[', {}, 400],
    ['JSON that is no request', '[]', {}, 400],
    ['a list where spans belong', '{"resourceSpans":[1]}', {}, 400],
    ['protobuf that is none', Buffer.from('0affffff', 'hex'), { 'content-type': 'application/x-protobuf' }, 400],
    ['gzip that is none', '{}', { 'content-encoding': 'gzip' }, 400],
    ['an unknown packing', '{}', { 'content-encoding': 'br' }, 415],
    ['an unknown type', '{}', { 'content-type': 'text/plain' }, 415],
  ])('refuses %s, and counts it', async (_, body, headers, status) => {
    const started = await receiver();
    const answer = await postJson(started.httpUrl, body, headers);
    expect(answer.status).toBe(status);
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
    expect(started.exports).toMatchObject({ requests: 1, malformed: 1, problems: [expect.any(String)] });
    expect(started.spans.counts.spans).toBe(0);
  });

  it('closes no connection for having been quiet: the next export would be lost', async () => {
    const started = await receiver();
    const answer = await postJson(started.httpUrl, '{"resourceSpans":[]}');
    expect([answer.headers.get('connection'), answer.headers.get('keep-alive')]).toEqual(['keep-alive', null]);
  });

  it('answers only POST /v1/traces', async () => {
    const started = await receiver();
    expect((await fetch(started.httpUrl)).status).toBe(405);
    expect((await postJson(started.httpUrl.replace('traces', 'logs'), '{}')).status).toBe(404);
  });

  it('takes what an SDK exports besides traces for no malformed traces', async () => {
    const started = await receiver();
    for (const signal of ['metrics', 'logs', 'metrics'])
      await postJson(started.httpUrl.replace('traces', signal), '{"resourceMetrics":[]}');
    expect(started.exports).toMatchObject({ requests: 0, malformed: 0, strays: ['POST /v1/metrics', 'POST /v1/logs'] });
  });

  it('takes traces from an exporter that appends the path to what it is given', async () => {
    const started = await receiver();
    const answer = await postJson(`${started.httpUrl}/v1/traces`, JSON.stringify(requestOf(jsonSpan)));
    expect([answer.status, spansOf(started).length]).toEqual([200, 1]);
  });

  it('takes an export that ends in the middle for no malformed one', async () => {
    const started = await receiver();
    const { port } = new URL(started.httpUrl);
    const head =
      'POST /v1/traces HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n';
    const socket = connectTcp(Number(port), '127.0.0.1', () => socket.write(`${head}{`, () => socket.destroy()));
    socket.on('error', () => {});
    await vi.waitFor(() => expect(started.exports.cutOff).toBe(1), { timeout: 30_000 });
    expect(started.exports).toMatchObject({ requests: 0, malformed: 0 });
  });

  it('refuses a span whose attribute is nested without end', async () => {
    const started = await receiver();
    const depth = 100_000;
    const nested = `${'{"arrayValue":{"values":['.repeat(depth)}{"intValue":1}${']}}'.repeat(depth)}`;
    const text = JSON.stringify(requestOf({ ...jsonSpan, attributes: [{ key: 'a', value: 'DEEP' }] }));
    await postJson(started.httpUrl, text.replace('"DEEP"', nested));
    expect(started.exports.rejectedSpans + started.exports.malformed).toBe(1);
    expect(started.spans.counts.spans).toBe(0);
  });
});

describe('over gRPC', () => {
  it('takes an export, packed too', async () => {
    const started = await receiver();
    const answer = await grpcCall(started.grpcUrl, framed(await protobufBody()));
    expect(answer).toMatchObject({ status: '0', body: Buffer.alloc(5) });
    expect(spansOf(started)[0]).toEqual(EXPORTED);
    const packed = framed(gzipSync(await protobufBody()), true);
    expect(await grpcCall(started.grpcUrl, packed, { 'grpc-encoding': 'gzip' })).toMatchObject({ status: '0' });
    expect(spansOf(started)).toHaveLength(4);
  });

  test.each([
    ['an empty call', Buffer.alloc(0), {}, '3'],
    ['a length that is wrong', Buffer.from('000000000901', 'hex'), {}, '3'],
    ['a message that is none', framed(Buffer.from('0affffff', 'hex')), {}, '3'],
    ['an unknown packing', framed(Buffer.from('00', 'hex'), true), { 'grpc-encoding': 'snappy' }, '12'],
  ])('refuses %s, and counts it', async (_, body, headers, status) => {
    const started = await receiver();
    const answer = await grpcCall(started.grpcUrl, body, headers);
    expect(answer).toMatchObject({ status, message: expect.any(String) });
    expect(started.exports).toMatchObject({ requests: 1, malformed: 1 });
  });
});

it('takes another gRPC method for no malformed export', async () => {
  const started = await receiver();
  const answer = await grpcCall(started.grpcUrl, framed(Buffer.alloc(0)), { ':path': '/a.B/C' });
  expect(answer).toMatchObject({ status: '12', message: expect.any(String) });
  expect(started.exports).toMatchObject({ requests: 0, malformed: 0, strays: ['gRPC /a.B/C'] });
});

describe('the receiver', () => {
  it('says which port is taken', async () => {
    const { httpUrl } = await receiver();
    await expect(startReceiver({ httpPort: Number(new URL(httpUrl).port) })).rejects.toMatchObject({
      code: 'prerequisite-missing',
      message: expect.stringContaining(new URL(httpUrl).port),
    });
  });

  it('ends by its signal', async () => {
    const end = new AbortController();
    const started = await startReceiver({ signal: end.signal });
    end.abort();
    await started.stop();
    await expect(fetch(started.httpUrl)).rejects.toThrow();
  });
});

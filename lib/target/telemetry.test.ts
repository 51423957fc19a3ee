import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { describe, expect, it, test } from 'vitest';
import { createDebate, TestSocket, until } from '../../test/support/target.ts';
import { REQUEST_BUCKETS_SEC } from './metrics.ts';
import { startTarget, type Target, type TargetOptions } from './target.ts';

const QUICK = { waits: { 'agent-response': 'constant(5ms)', 'agent-call': 'constant(1ms)' } } as const;
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

async function finishDebate(target: Target): Promise<void> {
  const id = await createDebate(target);
  const body = async () => (await fetch(`${target.httpUrl}/api/debates/${id}`)).text();
  await until(async () => (await body()).includes('final_answer'));
}

describe('/metrics', () => {
  it('has every documented name with its documented labels and buckets', async () => {
    const target = await startTarget({ patch: QUICK });
    await finishDebate(target);
    await fetch(`${target.httpUrl}/api/health`);
    const client = new TestSocket(target.wsUrl);
    await client.event('loop_list');
    const answer = await fetch(`${target.httpUrl}/metrics`);
    const lines = (await answer.text()).split('\n');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of [
      '# TYPE aragora_requests_total counter',
      '# TYPE aragora_request_duration_seconds histogram',
      'aragora_requests_total{method="GET",endpoint="/api/health",status="200"} 1',
      'aragora_requests_total{method="POST",endpoint="/api/debates",status="200"} 1',
      'aragora_request_duration_seconds_count{method="GET",endpoint="/api/health"} 1',
      '# TYPE aragora_debates_active gauge',
      'aragora_debates_active 0',
      'aragora_active_debates 0',
      '# TYPE aragora_websocket_connections gauge',
      'aragora_websocket_connections 1',
      'aragora_agent_calls_total{agent="demo",provider="demo",status="success"} 2',
      '# TYPE aragora_agent_latency_seconds histogram',
      'aragora_agent_latency_seconds_count{provider="demo"} 2',
      '# TYPE aragora_debate_duration_seconds histogram',
      'aragora_debate_duration_seconds_count 1',
      'aragora_consensus_reached_total 1',
      'aragora_debates_completed_total 1',
      'aragora_debate_timeouts_total 0',
      'aragora_elo_updates_total 2',
      'aragora_memory_tier_size{tier="fast"} 0',
      'aragora_memory_tier_size{tier="medium"} 1',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.some((line) => line.includes('endpoint="/api/debates/{id}",status="200"'))).toBe(true);
    const bounds = lines
      .filter((line) => /_seconds_bucket\{.*"\/api\/health"/.test(line))
      .map((line) => /le="([^"]+)"/.exec(line)?.[1]);
    expect(bounds).toEqual([...REQUEST_BUCKETS_SEC.map(String), '+Inf']);
    expect(lines.filter((line) => line.includes('/metrics') || line.includes('/healthz'))).toEqual([]);
    await target.stop();
  });
});

describe('the spans', () => {
  const spansOf = async (options: TargetOptions, act: (target: Target) => Promise<unknown>) => {
    const kept: ReadableSpan[] = [];
    // The SDK's in-memory exporter forgets its spans at shutdown, when the last ones arrive.
    const exporter: SpanExporter = {
      export: (spans, done) => {
        kept.push(...spans);
        done({ code: 0 });
      },
      shutdown: async () => {},
    };
    const target = await startTarget({ patch: QUICK, ...options, tracing: { ...options.tracing, exporter } });
    await act(target);
    await target.stop();
    return kept;
  };

  it('continue an incoming sampled context through the whole debate, by the documented names and attributes', async () => {
    const spans = await spansOf({}, async (target) => {
      await fetch(`${target.httpUrl}/api/debates`, {
        method: 'POST',
        body: JSON.stringify({ question: 'Is this long enough?', agents: ['demo'], rounds: 1 }),
        headers: { traceparent: `00-${TRACE}-${SPAN}-01` },
      });
      const metrics = async () => (await fetch(`${target.httpUrl}/metrics`)).text();
      await until(async () => (await metrics()).includes('aragora_debates_completed_total 1'));
    });
    const named = (name: string) => spans.find((span) => span.name === name);
    const parentOf = (name: string) => named(name)?.parentSpanContext?.spanId;
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([TRACE]));
    expect(named('http.request')?.attributes).toEqual({ method: 'POST', path: '/api/debates', status: 200 });
    expect(parentOf('http.request')).toBe(SPAN);
    expect(named('debate.run')?.attributes).toEqual({ 'debate.task': 'Is this long enough?', 'debate.agent_count': 1 });
    expect(parentOf('debate.run')).toBe(named('http.request')?.spanContext().spanId);
    expect(named('debate.round')?.attributes).toEqual({ round_number: 1, 'round.number': 1, agent_count: 1 });
    expect(parentOf('debate.round')).toBe(named('debate.run')?.spanContext().spanId);
    expect(Object.keys(named('agent.call')?.attributes ?? {})).toEqual(['provider', 'model', 'tokens']);
    expect(parentOf('agent.call')).toBe(named('debate.round')?.spanContext().spanId);
    expect(Object.keys(named('db.query')?.attributes ?? {})).toEqual(['operation', 'table']);
    expect(Object.keys(named('memory.access')?.attributes ?? {})).toEqual(['tier', 'operation']);
  });

  test.each([
    ['an incoming context that is not sampled records nothing', `00-${TRACE}-${SPAN}-00`, 1, 0],
    ['an incoming sampled context is recorded at any ratio', `00-${TRACE}-${SPAN}-01`, 0, 1],
    ['without a context the ratio decides: all', undefined, 1, 1],
    ['without a context the ratio decides: none', undefined, 0, 0],
    ['an invalid context counts as none', 'nonsense', 1, 1],
  ])('%s', async (_, traceparent, ratio, count) => {
    const headers: Record<string, string> = traceparent === undefined ? {} : { traceparent };
    const spans = await spansOf({ tracing: { ratio } }, (target) => fetch(`${target.httpUrl}/api/health`, { headers }));
    expect(spans.map(({ name }) => name)).toEqual(Array.from({ length: count }, () => 'http.request'));
  });

  it('go to an OTLP endpoint as protobuf', async () => {
    const bodies: Buffer[] = [];
    const seen: string[] = [];
    const collector = createServer((request, response) => {
      seen.push(`${request.url} ${request.headers['content-type']}`);
      request.on('data', (chunk: Buffer) => bodies.push(chunk)).on('end', () => response.end());
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const otlpUrl = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const target = await startTarget({ tracing: { otlpUrl, ratio: 1 } });
    await fetch(`${target.httpUrl}/api/health`);
    await target.stop();
    collector.closeAllConnections();
    collector.close();
    expect(seen).toEqual(['/v1/traces application/x-protobuf']);
    expect(Buffer.concat(bodies).toString('latin1')).toContain('http.request');
  });
});

describe('the log', () => {
  const logOf = async (level: 'debug' | 'info' | 'error' | undefined, act: (target: Target) => Promise<unknown>) => {
    const folder = await mkdtemp(join(tmpdir(), 'aragora-slo-log-'));
    const to = join(folder, 'target.log');
    const target = await startTarget({ patch: QUICK, log: { to, ...(level === undefined ? {} : { level }) } });
    await act(target);
    await target.stop();
    const text = await readFile(to, 'utf8');
    await rm(folder, { recursive: true });
    return text.split('\n').filter((line) => line !== '');
  };

  it('has a JSON line for each request with the documented fields, and no credential', async () => {
    const headers = {
      traceparent: `00-${TRACE}-${SPAN}-00`,
      'x-request-id': 'request-1',
      authorization: 'Bearer verysecret',
      cookie: 'session=verysecret',
    };
    const lines = await logOf(undefined, (target) => fetch(`${target.httpUrl}/api/health?key=verysecret`, { headers }));
    expect(lines).toHaveLength(1);
    expect(lines.join('')).not.toContain('verysecret');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'INFO',
      logger: 'aragora.server.http',
      message: 'request',
      module: 'http',
      function: expect.stringMatching(/^\w+$/),
      line: expect.any(Number),
      trace_id: TRACE,
      request_id: 'request-1',
      method: 'GET',
      path: '/api/health',
      status: 200,
      duration_ms: expect.any(Number),
    });
  });

  it('logs a debate with the trace of its request', async () => {
    const lines = (await logOf('info', finishDebate)).map((line) => JSON.parse(line) as Record<string, unknown>);
    const about = (message: string) => lines.find((line) => line['message'] === message);
    expect(about('debate_started')).toMatchObject({ logger: 'aragora.debate', agent_count: 2 });
    expect(about('debate_ended')?.['trace_id']).toBe(about('debate_started')?.['trace_id']);
  });

  it('says nothing of a request above its level', async () => {
    expect(await logOf('error', (target) => fetch(`${target.httpUrl}/api/health`))).toEqual([]);
  });

  it('refuses a file that cannot be opened', async () => {
    await expect(startTarget({ log: { to: '/nowhere/at/all.log' } })).rejects.toMatchObject({ code: 'storage' });
  });
});

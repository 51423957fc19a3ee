import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { BREAKS } from '../target/breaks.ts';
import { startTarget } from '../target/target.ts';
import { breakNamed, TELEMETRY_BREAKS } from './breaks.ts';

describe('the catalogue of telemetry', () => {
  it('has at least sixty breaks, each with a name of its own in both catalogues', () => {
    const names = [...BREAKS, ...TELEMETRY_BREAKS].map(({ name }) => name);
    expect(TELEMETRY_BREAKS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(names).size).toBe(names.length);
  });

  it('names first what it lies about: the system of its finding, or the other one that the finding compares it with', () => {
    const family = (id: string) => id.split('.')[0];
    const elsewhere = TELEMETRY_BREAKS.filter(({ name, finding }) => family(name) !== family(finding));
    expect(elsewhere.map(({ name, finding }) => [name, finding])).toEqual([['traces.begun-short', 'logs.durations']]);
  });

  test.each(TELEMETRY_BREAKS)('$name changes something', (known) => {
    const { name, distortion, description } = known;
    expect(Object.keys(distortion?.() ?? {})).not.toEqual([]);
    expect(breakNamed(name)).toBe(known);
    expect(description.length).toBeGreaterThan(10);
  });

  test.each([
    [
      'metrics.requests_total.doubled',
      /^did you mean "metrics\.requests_total\.double"\? legal: metrics\.[^ ]*(, metrics\.[^ ]*)*$/,
    ],
    ['logs.token-leeked', /^did you mean "logs\.token-leaked"\?/],
    ['latency.health.p59', /^did you mean "latency\.health\.p5?9?\d?"\? legal: latency/],
  ])('offers the nearest name for %s', (name, hint) => {
    expect(() => breakNamed(name)).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringMatching(hint) }),
    );
  });

  test('knows no other name', () => {
    expect(() => breakNamed('nonsense')).toThrow('there is no break "nonsense"');
  });
});

/** The exposition after one request to /api/health, with the break. */
async function exposition(name: string): Promise<{ status: number; contentType: string; lines: string[] }> {
  const target = await startTarget({ breaks: [breakNamed(name)] });
  try {
    await fetch(`${target.httpUrl}/api/health`, { headers: { authorization: 'Bearer secret' } });
    const answer = await fetch(`${target.httpUrl}/metrics`);
    const contentType = answer.headers.get('content-type') ?? '';
    return { status: answer.status, contentType, lines: (await answer.text()).trimEnd().split('\n') };
  } finally {
    await target.stop();
  }
}

const HEALTH = 'method="GET",endpoint="/api/health"';
const BUCKET = `aragora_request_duration_seconds_bucket`;

describe('an exposition', () => {
  test.each([
    ['metrics.requests_total.renamed', `http_requests_total{${HEALTH},status="200"} 1`],
    ['metrics.requests_total.gauge', '# TYPE aragora_requests_total gauge'],
    ['metrics.requests_total.status-missing', `aragora_requests_total{${HEALTH}} 1`],
    [
      'metrics.requests_total.endpoint-renamed',
      'aragora_requests_total{method="GET",path="/api/health",status="200"} 1',
    ],
    ['metrics.requests_total.nan', `aragora_requests_total{${HEALTH},status="200"} NaN`],
    ['metrics.requests_total.double', `aragora_requests_total{${HEALTH},status="200"} 2`],
    ['metrics.request_duration_seconds.bucket-bound', `${BUCKET}{le="0.3",${HEALTH}} 1`],
    ['metrics.request_duration_seconds.off-by-a-bucket', `${BUCKET}{le="0.01",${HEALTH}} 0`],
    ['metrics.request_duration_seconds.off-by-a-bucket', `${BUCKET}{le="+Inf",${HEALTH}} 1`],
    ['metrics.request_duration_seconds.not-cumulative', `${BUCKET}{le="0.05",${HEALTH}} 0`],
    ['metrics.request_duration_seconds.count-off-by-one', `aragora_request_duration_seconds_count{${HEALTH}} 2`],
    ['metrics.exposition.cut-line', 'aragora_build_info{version="2.11'],
    ['metrics.cardinality', 'aragora_debate_confidence{debate_id="199"} 1'],
    ['metrics.token-leaked', 'aragora_last_request_info{authorization="Bearer secret"} 1'],
  ])('of %s has the line %s', async (name, line) => {
    expect((await exposition(name)).lines).toContain(line);
  });

  test.each([
    ['metrics.requests_total.missing', /aragora_requests_total/],
    ['metrics.requests_total.untyped', /^# TYPE aragora_requests_total /],
    ['metrics.request_duration_seconds.bucket-missing', /^aragora_request_duration_seconds.*le="0.25"/],
    ['metrics.request_duration_seconds.no-infinity', /^aragora_request_duration_seconds.*le="\+Inf"/],
    ['metrics.request_duration_seconds.sum-missing', /^aragora_request_duration_seconds_sum/],
  ])('of %s has no line %s', async (name, pattern) => {
    const { lines } = await exposition(name);
    expect(lines.filter((line) => pattern.test(line))).toEqual([]);
    expect(lines.length).toBeGreaterThan(30);
  });

  test('can be twice, in pieces, another thing, or nothing', async () => {
    const isCounter = (line: string) => line.startsWith('aragora_requests_total{');
    const twice = await exposition('metrics.exposition.duplicate');
    expect(twice.lines.filter(isCounter)).toHaveLength(2);
    const torn = await exposition('metrics.exposition.torn');
    expect(torn.lines.findIndex(isCounter)).toBe(torn.lines.length - 1);
    expect(await exposition('metrics.exposition.status-500')).toMatchObject({ status: 500 });
    expect(await exposition('metrics.exposition.html')).toMatchObject({ status: 200, contentType: 'text/html' });
    expect(await exposition('metrics.exposition.json-type')).toMatchObject({ contentType: 'application/json' });
  });
});

/** The log of forty requests, with the break. */
async function log(name: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'aragora-slo-log-'));
  const to = join(folder, 'target.log');
  const target = await startTarget({ breaks: [breakNamed(name)], log: { to } });
  for (let request = 0; request < 40; request++) await fetch(`${target.httpUrl}/api/health`);
  await target.stop();
  const text = await readFile(to, 'utf8');
  await rm(folder, { recursive: true });
  return text.trimEnd().split('\n');
}

const fieldsOf = (line: string) => JSON.parse(line) as Record<string, unknown>;

describe('a log', () => {
  test.each([
    ['logs.module.missing', (line: string) => !('module' in fieldsOf(line)), 2],
    ['logs.line.mistyped', (line: string) => fieldsOf(line)['line'] === '42', 2],
    ['logs.levels.digits', (line: string) => fieldsOf(line)['level'] === '20', 40],
    ['logs.timestamp.local', (line: string) => !String(fieldsOf(line)['timestamp']).endsWith('Z'), 40],
    ['logs.trace-ids-some-missing', (line: string) => !('trace_id' in fieldsOf(line)), 4],
  ])('of %s has just so many such lines', async (name, isBroken, count) => {
    const lines = await log(name);
    expect(lines).toHaveLength(40);
    expect(lines.filter(isBroken)).toHaveLength(count);
  });

  test('loses lines', async () => {
    expect(await log('logs.lines-lost')).toHaveLength(36);
  });
});

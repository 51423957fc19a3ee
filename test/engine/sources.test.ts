/** One k6 process sends one run twice, through our output and through its own JSON: both must give the same recording. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineScenario } from '../../lib/core/engine-protocol.ts';
import type { JourneyName } from '../../lib/core/journey.ts';
import type { LatencyHistogram, Recording } from '../../lib/core/recording.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { hdrSource } from '../../lib/load/sources/hdr.ts';
import { jsonSource } from '../../lib/load/sources/json.ts';
import type { SampleSource, StreamEnd } from '../../lib/load/sources/source.ts';
import { EncodedHistogram, HistogramSum } from '../../lib/record/histogram.ts';
import { encodeHistogram, Recorder, type RecorderSnapshot } from '../../lib/record/index.ts';

const SCRIPT = fileURLToPath(new URL('./sources.k6.ts', import.meta.url));

function scenario(journey: JourneyName, ratePerSec: number): EngineScenario {
  return {
    journey,
    kind: 'arrivals',
    owed: [journey],
    startSec: 0,
    durationSec: 3,
    ratePerSec,
    vus: 1,
    maxVus: 1,
    fromDue: journey === 'consensus' ? ['consensus'] : [],
  };
}
const PLAN = {
  endpoints: ['health', 'consensus'],
  limitsUs: { health: [10_000, 50_000, 100_000], consensus: [50_000, 200_000] },
  generators: 1,
  scenarios: { health_0: scenario('health', 200), consensus_0: scenario('consensus', 30) },
};

interface Said {
  readonly end: StreamEnd;
  readonly recording: Recording;
  readonly snapshot: RecorderSnapshot;
}

async function report(source: SampleSource, chunks: readonly Uint8Array[]): Promise<Said> {
  const recorder = new Recorder(PLAN);
  const end = await source.read(Readable.from(chunks), (record) => {
    if (record.type === 'interval') recorder.add(record);
  });
  return { end, recording: recorder.finish(), snapshot: recorder.snapshot() };
}

let dir = '';
let hdr: Said;
let json: Said;
let uncorrected: Said;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aragora-slo-sources-'));
  const planPath = join(dir, 'engine.json');
  writeFileSync(planPath, JSON.stringify(PLAN));
  const engine = await ensureEngine({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  const hdrs = hdrSource(planPath);
  const jsons = jsonSource({ plan: PLAN, engineVersion: engine.version, encodeHistogram });
  const args = [
    'run',
    '--summary-mode=disabled',
    '--no-thresholds',
    '--no-usage-report',
    ...hdrs.args,
    ...jsons.args,
    SCRIPT,
  ];
  const k6 = spawn(engine.path, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let log = '';
  k6.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  const [[exitCode], hdrChunks, jsonChunks] = await Promise.all([
    once(k6, 'close'),
    bytesOf(k6.stdio[hdrs.fd]),
    bytesOf(k6.stdio[jsons.fd]),
  ]);
  expect(exitCode, log).toBe(0);
  hdr = await report(hdrs, hdrChunks);
  json = await report(jsons, jsonChunks);
  const scenarios = { health_0: scenario('health', 200), consensus_0: { ...scenario('consensus', 30), fromDue: [] } };
  const plan = { ...PLAN, scenarios };
  uncorrected = await report(jsonSource({ plan, engineVersion: engine.version, encodeHistogram }), jsonChunks);
}, 600_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A recording as plain data, with all that its histograms have. */
function plain({ recording }: Said): unknown {
  return [...recording.endpoints.values()].map(({ seconds, total, traces, ...rest }) => ({
    ...rest,
    traces: traces.toSorted((a, b) => a.latencyUs - b.latencyUs || a.traceId.localeCompare(b.traceId)),
    total: [total.count, total.spectrum()],
    seconds: seconds.map(({ histogram, ...counts }) => ({
      ...counts,
      spectrum: [histogram.count, histogram.spectrum()],
    })),
  }));
}

describe('our output and stock JSON of one run', () => {
  test('both come to their proper end', () => {
    expect(hdr.end).toEqual({ complete: true });
    expect(json.end).toEqual({ complete: true });
  });

  test('hold a run with failures, over-limit samples, traces and drops', () => {
    const health = hdr.recording.endpoints.get('health');
    expect(health?.seconds.reduce((sum, { count }) => sum + count, 0)).toBe(hdr.snapshot.iterations['health_0']);
    expect(health?.seconds.some(({ failed }) => (failed['größe "}'] ?? 0) > 0)).toBe(true);
    // Together, because the first and the last second may have only a few samples.
    const over = (limit: number) => health?.seconds.reduce((sum, second) => sum + (second.over[limit] ?? 0), 0) ?? 0;
    expect(over(0)).toBeGreaterThan(over(1));
    expect(over(1)).toBeGreaterThan(over(2));
    expect(health?.traces.length).toBeGreaterThan(50);
    expect(hdr.snapshot.dropped['consensus_0']).toBeGreaterThan(20);
  });

  test('give the same counts, sums, traces and histograms in each second', () => {
    expect(plain(json)).toEqual(plain(hdr));
  });

  test('hold the same buckets', () => {
    for (const [endpoint, { seconds, total }] of hdr.recording.endpoints) {
      const other = json.recording.endpoints.get(endpoint);
      expect(encoding(other?.total)).toEqual(encoding(total));
      expect(other?.seconds.map(({ histogram }) => encoding(histogram))).toEqual(
        seconds.map(({ histogram }) => encoding(histogram)),
      );
    }
  });

  test('give the same iterations and drops', () => {
    const { iterations, dropped } = hdr.snapshot;
    expect(json.snapshot).toMatchObject({ iterations, dropped });
  });

  test('take the slots that were dropped out of the values that count from the due time', () => {
    const sums = [json, uncorrected].map(({ recording }) =>
      recording.endpoints.get('consensus')?.seconds.reduce((sum, { sumUs }) => sum + sumUs, 0),
    );
    expect(sums[0]).toBeLessThan(sums[1] ?? 0);
  });
});

async function bytesOf(pipe: unknown): Promise<Uint8Array[]> {
  if (!(pipe instanceof Readable)) throw new Error('k6 has no pipe there');
  return await pipe.toArray();
}

/** Encoded again from its parts, in one piece. */
function encoding(histogram: LatencyHistogram | undefined): string {
  if (!(histogram instanceof EncodedHistogram)) throw new Error('expected a histogram made by lib/record');
  const sum = new HistogramSum();
  for (const part of histogram.parts) sum.add(part);
  return sum.encode();
}

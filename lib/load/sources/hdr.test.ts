import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunks, readAll } from '../../../test/support/streams.ts';
import type { EngineRecord } from '../../core/engine-protocol.ts';
import { hdrSource } from './hdr.ts';

const START: EngineRecord = { type: 'start', protocol: 1, engineVersion: 'k6 v2.2.0', atMs: 1_763_776_355_000 };
const END: EngineRecord = { type: 'end', atMs: 1_763_776_358_000, samples: 5, intervals: 2 };
const interval = (second: number, count: number): EngineRecord => ({
  type: 'interval',
  second,
  endpoints: { health: { count, failed: { zeitüberschreitung: count }, sumUs: 10 } },
  iterations: { health_0: count },
  dropped: {},
});
const WHOLE = [START, interval(1, 2), interval(2, 3), END];
const text = (records: readonly unknown[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');
const source = hdrSource('/run/engine.json');

describe('the hdr source', () => {
  test('says to k6 where the plan is and to write to descriptor 3', () => {
    expect(source.args).toEqual(['--out', 'hdr=plan=/run/engine.json,fd=3', '--system-tags', 'scenario']);
    expect(source.fd).toBe(3);
  });

  test('gives the same records wherever the chunks end', async () => {
    const cut = fc.array(fc.integer({ min: 1, max: Buffer.byteLength(text(WHOLE)) }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(cut, async (cuts) => {
        expect(await readAll(source, chunks(text(WHOLE), cuts))).toEqual({ records: WHOLE, end: { complete: true } });
      }),
      { seed: 20_261_122 },
    );
  });

  test('leaves a malformed line out and reads on', async () => {
    const broken = `${text([START, interval(1, 2)])}panic: runtime error\n${text([interval(2, 3), END])}`;
    expect(await readAll(source, chunks(broken))).toEqual({
      records: WHOLE,
      end: {
        complete: false,
        detail: 'line 3 of the engine\'s stream: expected a JSON object, got "panic: runtime error"',
      },
    });
  });

  test('passes on what the receiver throws', async () => {
    const full = new Error('the disk is full');
    const reading = source.read(chunks(text(WHOLE)), () => {
      throw full;
    });
    await expect(reading).rejects.toBe(full);
  });

  test('reports when the stream breaks, and keeps what came before', async () => {
    async function* breaking() {
      yield* chunks(text([START, interval(1, 2)]));
      throw new Error('read ECONNRESET');
    }
    expect(await readAll(source, breaking())).toEqual({
      records: [START, interval(1, 2)],
      end: { complete: false, detail: 'the stream broke: read ECONNRESET; the engine ended without its end record' },
    });
  });

  const incomplete: Record<string, [string, string]> = {
    'nothing came': ['', 'the engine ended without its end record'],
    'the end record is missing': [text(WHOLE.slice(0, -1)), 'the engine ended without its end record'],
    'the last line is cut': [
      text(WHOLE).slice(0, -1),
      'the stream ends within a line; the engine ended without its end record',
    ],
    'a record of samples got lost': [
      text([START, interval(2, 3), END]),
      'the engine counted 5 samples, 3 arrived; the engine counted 2 intervals, 1 arrived',
    ],
    'an empty record got lost': [text([START, interval(1, 5), END]), 'the engine counted 2 intervals, 1 arrived'],
    'the start record is missing': [text(WHOLE.slice(1)), "the engine's first record must be start, got interval"],
    'the engine starts twice': [text([START, ...WHOLE]), 'the engine started twice'],
    'records come after the end': [
      text([...WHOLE, interval(3, 1)]),
      'the engine sent a record of type interval after its end',
    ],
  };
  test.each(Object.entries(incomplete))('is not complete when %s', async (_, [stream, detail]) => {
    expect((await readAll(source, chunks(stream))).end).toEqual({ complete: false, detail });
  });
});

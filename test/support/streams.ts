/** Byte streams for tests of the sample sources. */
import type { EngineRecord } from '../../lib/core/engine-protocol.ts';
import type { SampleSource, StreamEnd } from '../../lib/load/sources/source.ts';

/** The bytes of `text`, cut at each of `cuts` (byte offsets; offsets outside are ignored). */
export async function* chunks(text: string, cuts: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  const inside = [...new Set(cuts)].filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b);
  let from = 0;
  for (const cut of [...inside, bytes.length]) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

export async function readAll(
  source: SampleSource,
  stream: AsyncIterable<Uint8Array>,
): Promise<{ readonly records: EngineRecord[]; readonly end: StreamEnd }> {
  const records: EngineRecord[] = [];
  const end = await source.read(stream, (record) => records.push(record));
  return { records, end };
}

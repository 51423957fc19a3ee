/** The history folder: what is added comes back, what is not an entry is set aside, and nothing is ever lost. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DAY_MS, makeRecord, NOW_MS, nights } from '../../test/support/history.ts';
import type { EndpointBlocks } from '../core/latency-blocks.ts';
import { Random } from '../core/random.ts';
import { decodeBlocks, encodeBlocks, MOST_CHARS } from './blocks-codec.ts';
import { fromTheFuture } from './clocks.ts';
import { entryText, storedEntry } from './entry-file.ts';
import { moveExclusively, numberedNames, UNFINISHED } from './exclusive.ts';
import { addEntry, newestOf, readHistory } from './history.ts';

const folders: string[] = [];
afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-history-'));
  folders.push(dir);
  return dir;
}

/** A history of three nights. */
function threeNights(): string {
  const dir = join(tempDir(), 'history');
  for (const record of nights(3)) addEntry(dir, record);
  return dir;
}

const ids = (dir: string): string[] => readHistory(dir).entries.map(({ runId }) => runId);
const aside = (dir: string): string[] => readdirSync(join(dir, 'set-aside')).sort();

describe('a run that was added', () => {
  it('comes back as it was, latencies included', () => {
    const dir = join(tempDir(), 'a', 'history');
    const record = makeRecord({ startedAtMs: NOW_MS, commit: 'abc1234', ref: 'main' });
    expect(addEntry(dir, record)).toEqual({ path: join(dir, `${record.runId}.json`), added: true, warnings: [] });
    expect(newestOf(dir, 'main')).toEqual({ record, warnings: [] });
    expect(readdirSync(dir)).toEqual([`${record.runId}.json`]);
  });

  it('is counted once, however often it is added', () => {
    const dir = join(tempDir(), 'history');
    const record = makeRecord({ startedAtMs: NOW_MS });
    addEntry(dir, record);
    expect(addEntry(dir, record)).toMatchObject({ added: false, path: join(dir, `${record.runId}.json`) });
    expect(ids(dir)).toEqual([record.runId]);
  });

  it('is counted once, and reported, where its file was copied under another name', () => {
    const dir = threeNights();
    const [first = ''] = readdirSync(dir).sort();
    for (const name of ['copy.json', 'from-the-artifact.json'])
      writeFileSync(join(dir, name), readFileSync(join(dir, first)));
    const { entries, warnings } = readHistory(dir);
    expect(entries.map(({ runId }) => runId)).toEqual(nights(3).map(({ runId }) => runId));
    expect(warnings).toEqual([`${entries[0]?.runId} is there more than once, under other names: it is counted once`]);
  });

  it('stands beside another of the same id, and takes nothing from it', () => {
    const dir = join(tempDir(), 'history');
    const runs = [1, 2, 3].map((seed) => makeRecord({ startedAtMs: NOW_MS, seed }));
    expect(runs.map((run) => addEntry(dir, run).added)).toEqual([true, true, true]);
    expect(runs.map((run) => addEntry(dir, run).added)).toEqual([false, false, false]);
    const id = runs[0]?.runId;
    expect(readdirSync(dir).sort()).toEqual([`${id}.2.json`, `${id}.3.json`, `${id}.json`]);
    expect(
      readHistory(dir)
        .entries.map(({ plan }) => plan.seed)
        .sort(),
    ).toEqual([1, 2, 3]);
  });

  it('can’t leave the folder by its id', () => {
    const dir = join(tempDir(), 'history');
    const { path } = addEntry(dir, makeRecord({ startedAtMs: NOW_MS, runId: '../../2026-evil/x' }));
    expect(path).toBe(join(dir, '_._.._2026-evil_x.json'));
    expect(ids(dir)).toEqual(['../../2026-evil/x']);
  });

  it('takes a bounded place, even a long one whose latencies are all over', () => {
    const random = new Random(1, 'blocks', 0);
    const block = () => {
      let us = 0;
      const valuesUs = Array.from({ length: 3000 }, () => (us += 1 + (random.uint32() % 5000)));
      return { valuesUs, counts: valuesUs.map(() => 1 + (random.uint32() % 9)), failed: 3, dropped: 1 };
    };
    const wide: EndpointBlocks = { endpoint: 'health', blockSec: 60, blocks: Array.from({ length: 20 }, block) };
    const all = ['health', 'consensus', 'ws-ping'].map((endpoint) => ({ ...wide, endpoint }) as EndpointBlocks);
    const encoded = encodeBlocks(all);
    expect(JSON.stringify(encoded).length).toBeLessThan(MOST_CHARS + 1000);
    const decoded = decodeBlocks(encoded);
    const samples = (blocks: EndpointBlocks) =>
      blocks.blocks.flatMap(({ counts }) => counts).reduce((a, b) => a + b, 0);
    expect(decoded.map(samples)).toEqual(all.map(samples));
    const highest = (blocks: EndpointBlocks | undefined): number => blocks?.blocks[0]?.valuesUs.at(-1) ?? 0;
    const off = Math.abs(highest(decoded[0]) / highest(wide) - 1);
    expect(encoded.resolution).toBeGreaterThan(0);
    expect(off).toBeLessThanOrEqual(encoded.resolution);
  });
});

describe('many at once', () => {
  it('set one file aside once', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'a.json'), 'x');
    mkdirSync(join(dir, 'to'));
    expect(moveExclusively(join(dir, 'a.json'), join(dir, 'to'), numberedNames('a', '.json'))).toBe(true);
    expect(moveExclusively(join(dir, 'a.json'), join(dir, 'to'), numberedNames('a', '.json'))).toBe(false);
    expect(readdirSync(join(dir, 'to'))).toEqual(['a.json']);
  });

  it('what is being written is not read', () => {
    const dir = threeNights();
    writeFileSync(join(dir, `${UNFINISHED}1-ab`), '{"kind":');
    expect(ids(dir)).toHaveLength(3);
    expect(readHistory(dir).warnings).toEqual([]);
  });
});

const good = entryText(storedEntry(makeRecord({ startedAtMs: NOW_MS - DAY_MS }), 9));
const NAME = '2026-10-15T22-00-00-000Z-nightly.json';

describe('what is no entry is set aside with its reason, and never lost:', () => {
  const strange: Record<string, [string, string, RegExp]> = {
    'an entry cut short': [NAME, good.slice(0, good.length / 2), /not valid JSON: cut short, or changed$/],
    'an empty file': [NAME, '', /it is empty$/],
    'an entry with another number in it': [
      NAME,
      good.replace('"samples":45000', '"samples":45001'),
      /was changed after it was written$/,
    ],
    'an entry of a newer schema': [
      NAME,
      good.replace('"schemaVersion":1', '"schemaVersion":2'),
      /schema version 2, this version of aragora-slo reads 1$/,
    ],
    'an entry without a schema': [NAME, good.replace('"schemaVersion":1,', ''), /schema version none/],
    'the entry of somebody else': ['package.json', '{"name":"x"}', /it is not an entry of a history$/],
    'a list': ['list.json', '[1,2]', /it is not an entry of a history$/],
    'bytes that are no text': [NAME, '\u0000\ufffd{', /not valid JSON/],
  };
  it.each(Object.entries(strange))('%s', (_, [name, text, why]) => {
    const dir = threeNights();
    writeFileSync(join(dir, name), text);
    const { entries, warnings } = readHistory(dir);
    expect(entries).toHaveLength(3);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${name} is set aside in ${join(dir, 'set-aside')}: `);
    expect(warnings[0]).toMatch(why);
    expect(aside(dir)).toEqual([name]);
    expect(readFileSync(join(dir, 'set-aside', name), 'utf8')).toBe(text);
    expect(readHistory(dir).warnings).toEqual([]);
  });

  it('one that has a checksum of its own, but not what every entry has', async () => {
    const dir = threeNights();
    const { createHash } = await import('node:crypto');
    const entry = { runId: 'x', startedAtMs: 'yesterday' };
    const sha256 = createHash('sha256').update(JSON.stringify(entry)).digest('hex');
    writeFileSync(join(dir, NAME), JSON.stringify({ kind: 'aragora-slo run', schemaVersion: 1, sha256, entry }));
    expect(readHistory(dir).warnings[0]).toMatch(/parts are missing that every entry has$/);
  });

  it('even when its name is taken there', () => {
    const dir = threeNights();
    for (const text of ['one', 'two', 'three']) {
      writeFileSync(join(dir, NAME), text);
      readHistory(dir);
    }
    const stem = NAME.slice(0, -5);
    expect(aside(dir)).toEqual([`${stem}.2.json`, `${stem}.3.json`, NAME]);
    expect(readFileSync(join(dir, 'set-aside', `${stem}.3.json`), 'utf8')).toBe('three');
  });

  it('and the next run finds its name free', () => {
    const dir = join(tempDir(), 'history');
    const record = makeRecord({ startedAtMs: NOW_MS });
    mkdirSync(dir);
    writeFileSync(join(dir, `${record.runId}.json`), 'damaged');
    expect(addEntry(dir, record)).toMatchObject({ added: true, path: join(dir, `${record.runId}.json`) });
    expect(aside(dir)).toEqual([`${record.runId}.json`]);
  });

  it('unless it can’t be moved: then it is left, and a note says so', () => {
    const dir = threeNights();
    writeFileSync(join(dir, NAME), 'damaged');
    // A file where the folder should be. It has the same effect as a read-only file system; file modes would not stop root.
    writeFileSync(join(dir, 'set-aside'), '');
    const { entries, warnings } = readHistory(dir);
    expect(entries).toHaveLength(3);
    expect(warnings[0]).toMatch(
      /is left out, and can't be set aside \(a file is where a folder should be\): it is not valid JSON/,
    );
    expect(readFileSync(join(dir, NAME), 'utf8')).toBe('damaged');
  });
});

it('line ends changed by a checkout are no damage', () => {
  const dir = threeNights();
  const [name = ''] = readdirSync(dir);
  const path = join(dir, name);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/\n$/, '\r\n'));
  expect(readHistory(dir)).toMatchObject({ warnings: [] });
  expect(ids(dir)).toHaveLength(3);
});

describe('a folder that', () => {
  it('is not there yet is an empty history', () => {
    expect(readHistory(join(tempDir(), 'none'))).toEqual({ entries: [], warnings: [] });
  });

  it('holds other things is no history: nothing in it is moved or added', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'package.json'), '{}');
    writeFileSync(join(dir, 'tsconfig.json'), '{}');
    expect(readHistory(dir)).toEqual({
      entries: [],
      warnings: [`${dir} has no run, but package.json and 1 more: it is not a history`],
    });
    expect(() => addEntry(dir, makeRecord({ startedAtMs: NOW_MS }))).toThrow('it is not a history');
    expect(readdirSync(dir)).toEqual(['package.json', 'tsconfig.json']);
  });

  it('holds what is no JSON may be a history: a README, the files of git', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'README.md'), '');
    mkdirSync(join(dir, '.git'));
    expect(addEntry(dir, makeRecord({ startedAtMs: NOW_MS }))).toMatchObject({ added: true, warnings: [] });
    expect(existsSync(join(dir, 'README.md'))).toBe(true);
  });

  it('is a file can’t be written or read', () => {
    const path = join(tempDir(), 'file');
    writeFileSync(path, '');
    expect(() => addEntry(path, makeRecord({ startedAtMs: NOW_MS }))).toThrow(
      /cannot write the history .*: a file is where a folder should be/,
    );
    expect(() => readHistory(path)).toThrow(/cannot read the history .*: a file is where a folder should be/);
  });
});

describe('a clock that went back', () => {
  it('between runs loses none: they are in the order of their start, and a note says so', () => {
    const dir = join(tempDir(), 'history');
    const [first, second, third] = [0, -1, 1].map((days) => makeRecord({ startedAtMs: NOW_MS + days * DAY_MS }));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were made');
    addEntry(dir, first);
    const said = `${second.runId} was added after ${first.runId}, but was over before that began: it was added late, or the clock went back; runs are in the order of their start`;
    expect(addEntry(dir, second).warnings).toEqual([said]);
    addEntry(dir, third);
    expect(ids(dir)).toEqual([second.runId, first.runId, third.runId]);
    expect(readHistory(dir).warnings).toEqual([said]);
  });

  it('during a run is reported', () => {
    const dir = join(tempDir(), 'history');
    addEntry(dir, { ...makeRecord({ startedAtMs: NOW_MS }), endedAtMs: NOW_MS - 1 });
    expect(readHistory(dir).warnings).toEqual([
      `${ids(dir)[0]} ended before it started: the clock went back during it`,
    ]);
  });

  it('is not what two runs at a time look like', () => {
    const dir = join(tempDir(), 'history');
    addEntry(dir, makeRecord({ startedAtMs: NOW_MS + 600_000, durationSec: 60 }));
    addEntry(dir, makeRecord({ startedAtMs: NOW_MS, durationSec: 3600 }));
    expect(readHistory(dir).warnings).toEqual([]);
  });
});

describe('runs from the future', () => {
  const at = (days: number) => makeRecord({ startedAtMs: NOW_MS + days * DAY_MS });
  const order = 'a clock was wrong; runs are in the order of their start, and no budget counts runs in the future';

  it.each<[string, readonly number[], readonly string[]]>([
    ['none', [-1, 0], []],
    ['one', [-1, 1], [`${at(1).runId} begins in the future: ${order}`]],
    ['three', [1, -1, 2, 3], [`${at(1).runId} and 2 more begin in the future: ${order}`]],
  ])('are reported in one sentence: %s', (_, days, said) => {
    expect(fromTheFuture(days.map(at), NOW_MS)).toEqual(said);
  });
});

describe('the newest of a ref', () => {
  const at = (days: number, options: object) => makeRecord({ startedAtMs: NOW_MS + days * DAY_MS, ...options });
  const history = (): string => {
    const dir = join(tempDir(), 'history');
    addEntry(dir, at(0, { ref: 'main', commit: 'aaaaaaa' }));
    addEntry(dir, at(1, { ref: 'main', commit: 'bbbbbbb' }));
    addEntry(dir, at(2, { ref: 'main', commit: 'ccccccc', loadEnded: 'interrupted' }));
    addEntry(dir, at(3, { ref: 'feature' }));
    addEntry(dir, at(4, {}));
    return dir;
  };

  it('is the last whole run of it', () => {
    const { record } = newestOf(history(), 'main');
    expect(record?.server.commit).toBe('bbbbbbb');
    expect(record?.latency).toEqual(at(1, {}).latency);
  });

  it('is none where no run says it was built from it', () => {
    expect(newestOf(history(), 'release').record).toBeNull();
    expect(newestOf(join(tempDir(), 'none'), 'main').record).toBeNull();
  });

  it('is the one before where its latencies can’t be read, and a note says so', () => {
    const dir = history();
    const broken = storedEntry(at(5, { ref: 'main' }), 9);
    const entry = { ...broken, latency: { ...broken.latency, endpoints: { health: 'AAAA' } } };
    writeFileSync(join(dir, '2026-10-21T22-00-00-000Z-nightly.json'), entryText(entry));
    const { record, warnings } = newestOf(dir, 'main');
    expect(record?.server.commit).toBe('bbbbbbb');
    expect(warnings[0]).toMatch(/^the latencies of 2026-10-21T\S+ can't be read: /);
  });
});

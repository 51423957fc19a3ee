import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { HistogramLogReader, listTags } from 'hdr-histogram-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drops, interval, PLAN, plain, recordsOf, type Sample, SEED, samples } from '../../test/support/records.ts';
import { SloError } from '../core/error.ts';
import type { Recording } from '../core/recording.ts';
import { hasJournal, JournalReader, openJournal, recoverRecorder, removeJournal } from './journal.ts';
import { Recorder } from './recorder.ts';
import { readRecording, writeRecording } from './recording-files.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'aragora-slo-record-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const LIST: readonly Sample[] = [
  { endpoint: 'health', second: 100, latencyUs: 1500, outcome: 'ok' },
  { endpoint: 'health', second: 100, latencyUs: 12_000, outcome: 'ok' },
  { endpoint: 'health', second: 101, latencyUs: 900, outcome: 'status_500' },
  { endpoint: 'ws-ping', second: 101, latencyUs: 250_000, outcome: 'ok' },
];

function recordingOf(
  list: readonly Sample[],
  dropped: readonly { second: number; scenario: string }[] = [],
): Recording {
  const recorder = new Recorder(PLAN);
  for (const record of recordsOf(list, dropped)) recorder.add(record);
  return recorder.finish();
}

function failure(act: () => unknown): SloError {
  try {
    act();
  } catch (error) {
    if (error instanceof SloError) return error;
    throw error;
  }
  throw new Error('expected an SloError');
}

describe('a written recording', () => {
  test('reads back the same', () => {
    fc.assert(
      fc.property(samples, drops, (list, dropped) => {
        const recording = recordingOf(list, dropped);
        writeRecording(dir, recording);
        expect(plain(readRecording(dir))).toEqual(plain(recording));
      }),
      { seed: SEED, numRuns: 50 },
    );
  });

  test('is written the same again after it was read', () => {
    writeRecording(dir, recordingOf(LIST, [{ second: 103, scenario: 'agents_0' }]));
    const contents = () => ['recording.json', 'recording.hlog'].map((name) => readFileSync(join(dir, name), 'utf8'));
    const before = contents();
    writeRecording(dir, readRecording(dir));
    expect(contents()).toEqual(before);
    expect(readdirSync(dir).sort()).toEqual(['recording.hlog', 'recording.json']);
  });

  test('has a histogram log that hdr-histogram-js reads: tags, times and values', () => {
    writeRecording(dir, recordingOf(LIST));
    const log = readFileSync(join(dir, 'recording.hlog'), 'utf8');
    expect(listTags(log).sort()).toEqual(['health', 'ws-ping']);
    const reader = new HistogramLogReader(log);
    const lines = [];
    for (let read = reader.nextIntervalHistogram(); read !== null; read = reader.nextIntervalHistogram()) {
      lines.push([read.tag, read.startTimeStampMsec, read.endTimeStampMsec, read.totalCount, read.maxValue]);
    }
    expect(lines).toEqual([
      ['health', 100_000, 101_000, 2, 12_000],
      ['ws-ping', 101_000, 102_000, 1, 250_007],
    ]);
  });
});

describe('reading is refused', () => {
  const COUNTS = 'recording.json';
  const HLOG = 'recording.hlog';
  const cases: Record<string, [name: string, edit: (text: string) => string, code: string, message: RegExp]> = {
    'when another schema version wrote it': [
      COUNTS,
      (text) => text.replace('"schemaVersion":2', '"schemaVersion":3'),
      'schema-version',
      /schemaVersion 3, this version reads 1 and 2/,
    ],
    'when it has no schema version': [COUNTS, () => '{}', 'schema-version', /schemaVersion none/],
    'when the counts are cut': [COUNTS, (text) => text.slice(0, -40), 'run-folder', /recording\.json is damaged/],
    'when the counts are empty': [COUNTS, () => '', 'run-folder', /recording\.json is damaged/],
    'when the counts are no object': [COUNTS, () => '[]', 'run-folder', /expected a JSON object/],
    'when there are no endpoints': [COUNTS, () => '{"schemaVersion":2}', 'run-folder', /"endpoints" must be an object/],
    'when an endpoint was renamed': [
      COUNTS,
      (text) => text.replace('"health":', '"heath":'),
      'run-folder',
      /it has 0 latencies of heath in second 100, recording\.json counts/,
    ],
    'when a count is no number': [
      COUNTS,
      (text) => text.replace('[100,2', '[100,"2"'),
      'run-folder',
      /rows of "health"/,
    ],
    'when a count was altered': [
      COUNTS,
      (text) => text.replace('[100,2', '[100,3'),
      'run-folder',
      /2 latencies of health in second 100, recording\.json counts 3 answered/,
    ],
    'when the log is cut in a line': [
      HLOG,
      (text) => text.slice(0, -9),
      'run-folder',
      /recording\.hlog is damaged: its last line is cut/,
    ],
    'when the log is cut between lines': [
      HLOG,
      (text) => `${text.split('\n').slice(0, -2).join('\n')}\n`,
      'run-folder',
      /0 latencies of ws-ping in second 101, recording\.json counts 1/,
    ],
    'when the log holds an endpoint that was not counted': [
      COUNTS,
      (text) => text.replace(/,\n"ws-ping.*\n.*\n.*\]\}/, ''),
      'run-folder',
      /latencies of ws-ping that recording\.json does not count/,
    ],
    'when the log is empty': [HLOG, () => '', 'run-folder', /0 latencies of health in second 100/],
    'when the log holds something else': [HLOG, () => 'time flies\n', 'run-folder', /line 1 is not an interval/],
    'when a histogram was altered': [
      HLOG,
      (text) => text.replace(/,HIST/, ',XXXX'),
      'run-folder',
      /not an HdrHistogram/,
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [name, edit, code, message]) => {
    writeRecording(dir, recordingOf(LIST));
    const path = join(dir, name);
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
    const error = failure(() => readRecording(dir));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(name);
    expect(error.message).toContain(dir);
  });

  test.each([COUNTS, HLOG])('when %s is absent', (name) => {
    writeRecording(dir, recordingOf(LIST));
    rmSync(join(dir, name));
    const error = failure(() => readRecording(dir));
    expect(error.code).toBe('run-folder');
    expect(error.message).toBe(`cannot read ${join(dir, name)}: it does not exist`);
  });

  test('when the folder to write to does not exist, and nothing is left behind', () => {
    const error = failure(() => writeRecording(join(dir, 'nowhere'), recordingOf(LIST)));
    expect(error.code).toBe('storage');
    expect(error.message).toContain('it does not exist');
  });
});

describe('a journal', () => {
  test('is read while it is written, each record once, a line that is not whole yet not at all', () => {
    const folder = mkdtempSync(join(dir, 'journal-'));
    const reader = new JournalReader(folder);
    expect([reader.read(), reader.writtenAtMs]).toEqual([[], undefined]);
    const journal = openJournal(folder);
    const [first, second] = [interval(100, { dropped: { health_0: 3 } }), interval(101, {})];
    journal.append(first);
    expect(reader.read()).toEqual([first]);
    const line = `${JSON.stringify(second)}\n`;
    const path = join(folder, 'engine.ndjson');
    appendFileSync(path, line.slice(0, 10));
    expect(reader.read()).toEqual([]);
    appendFileSync(path, line.slice(10));
    expect([reader.read(), reader.read()]).toEqual([[second], []]);
    appendFileSync(path, '{}\n');
    expect(() => reader.read()).toThrow(/engine\.ndjson is damaged: line 3/);
    journal.close();
    removeJournal(folder);
    expect(reader.read()).toEqual([]);
  });

  test('gives the recording back, but for a line that was cut', () => {
    const folder = mkdtempSync(join(dir, 'journal-'));
    expect(hasJournal(folder)).toBe(false);
    const journal = openJournal(folder);
    for (const record of recordsOf(LIST)) journal.append(record);
    journal.close();
    expect(hasJournal(folder)).toBe(true);
    const path = join(folder, 'engine.ndjson');
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"type":"interval","sec`);
    expect(plain(recoverRecorder(folder, PLAN).finish())).toEqual(plain(recordingOf(LIST)));
    removeJournal(folder);
    removeJournal(folder);
    expect(hasJournal(folder)).toBe(false);
  });

  test('is there for each record as soon as it is appended', () => {
    const folder = mkdtempSync(join(dir, 'journal-'));
    const journal = openJournal(folder);
    journal.append(interval(100, { dropped: { health_0: 3 } }));
    expect(recoverRecorder(folder, PLAN).finish().endpoints.get('health')?.seconds[0]?.dropped).toBe(3);
    journal.close();
  });

  test('is refused when a line is damaged, when it is absent, and when there is one already', () => {
    const folder = mkdtempSync(join(dir, 'journal-'));
    expect(failure(() => recoverRecorder(folder, PLAN)).code).toBe('run-folder');
    openJournal(folder).close();
    expect(failure(() => openJournal(folder)).code).toBe('storage');
    writeFileSync(join(folder, 'engine.ndjson'), `${JSON.stringify(interval(1))}\n{"type":"interval","second":-1}\n`);
    const error = failure(() => recoverRecorder(folder, PLAN));
    expect(error.code).toBe('run-folder');
    expect(error.message).toMatch(/line 2: "second" must be a whole number, got -1/);
  });
});

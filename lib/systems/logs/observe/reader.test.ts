import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { CANARY, idOf, lineOf, SEARCH, sentHealth } from '../../../../test/support/log-lines.ts';
import { startTarget } from '../../../target/target.ts';
import type { LogsObservation, LogsObserved } from '../observation.ts';
import { type LogOrigin, startReading } from './reader.ts';

/** Long enough for a busy machine; every wait except those of "at the deadline" ends before. */
const DEADLINE_MS = 20_000;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aragora-slo-logs-'));
  path = join(folder, 'aragora.log');
});
afterEach(() => rm(folder, { recursive: true }));

function collected(observation: LogsObservation): LogsObserved {
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  return observation;
}

/** What is observed of a log to which `write` writes while it is read. */
async function observed(origin: LogOrigin, write: () => Promise<unknown>, arrivals: number, deadlineMs = DEADLINE_MS) {
  const reader = await startReading(origin, SEARCH);
  await write();
  return collected(await reader.stop({ ...sentHealth(arrivals), deadlineMs }));
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${lineOf(from + index)}\n`).join('');

describe('the reference target', () => {
  it('logs what is promised of every request of a load', async () => {
    await writeFile(path, '');
    const reader = await startReading({ file: path }, SEARCH);
    const target = await startTarget({ log: { to: path } });
    for (let arrival = 0; arrival < 200; arrival++) {
      await fetch(`${target.httpUrl}/api/health`, {
        headers: {
          traceparent: `00-${idOf(arrival)}-b7ad6b7169203331-00`,
          authorization: `Bearer ${CANARY}`,
          cookie: `session=${CANARY}`,
        },
      });
    }
    // It still holds back half a second of lines; the wait is for them.
    const facts = collected(await reader.stop({ ...sentHealth(200), deadlineMs: DEADLINE_MS }));
    await target.stop();
    expect(facts).toMatchObject({
      source: 'direct',
      from: path,
      lines: 200,
      notJson: { count: 0 },
      cut: { count: 0 },
      rotations: 0,
      levels: { INFO: 200 },
      traceIds: { sent: 200, found: 200, missing: [], linesOfOthers: 0 },
      seenTraceIds: [idOf(0)],
      leaks: { count: 0, searched: 1, tooShort: 0 },
      backend: null,
    });
    for (const [name, field] of Object.entries(facts.fields)) {
      expect([name, field.missing, field.wrong]).toEqual([name, 0, 0]);
    }
    expect(facts.fields['request_id']?.present).toBe(200);
    expect(facts.times?.furthestBack?.backMs ?? 0).toBeLessThan(1000);
    expect(facts.traceIds.waitedMs).toBeLessThan(DEADLINE_MS);
  });
});

describe('a file', () => {
  it('is read from where it ended when the load began', async () => {
    await writeFile(path, 'an old line\n');
    expect(await observed({ file: path }, () => appendFile(path, lines(0, 3)), 3)).toMatchObject({ lines: 3 });
  });

  it('whose last line was half written then is read from the next line on', async () => {
    await writeFile(path, 'an old line\n{"half":');
    const facts = await observed({ file: path }, () => appendFile(path, `1}\n${lines(0, 2)}`), 2);
    expect(facts).toMatchObject({ lines: 2, notJson: { count: 0 } });
  });

  it('that is not there yet is awaited', async () => {
    expect(await observed({ file: path }, () => writeFile(path, lines(0, 3)), 3)).toMatchObject({
      lines: 3,
      rotations: 0,
    });
  });

  it('that grows after the load is waited for', async () => {
    await writeFile(path, '');
    const facts = await observed(
      { file: path },
      async () => {
        await appendFile(path, lines(0, 2));
        setTimeout(() => void appendFile(path, lines(2, 4)), 100);
      },
      4,
    );
    expect(facts.traceIds).toMatchObject({ sent: 4, found: 4, missing: [] });
  });

  it('that is rotated is followed into the new one', async () => {
    await writeFile(path, '');
    const facts = await observed(
      { file: path },
      async () => {
        await appendFile(path, lines(0, 2));
        await rename(path, `${path}.1`);
        // A server goes on writing to the old file until somebody asks it to change.
        await appendFile(`${path}.1`, lines(2, 3));
        await writeFile(path, lines(3, 5));
      },
      5,
    );
    expect(facts).toMatchObject({ lines: 5, rotations: 1, traceIds: { found: 5 } });
  });

  it('that is emptied is read again from its start', async () => {
    await writeFile(path, 'an old line that is longer than what comes\n'.repeat(50));
    const facts = await observed(
      { file: path },
      async () => {
        await truncate(path);
        await appendFile(path, lines(0, 2));
      },
      2,
    );
    expect(facts).toMatchObject({ lines: 2, rotations: 1, traceIds: { found: 2 } });
  });

  it('is read up to its end after the last trace id', async () => {
    await writeFile(path, '');
    const facts = await observed({ file: path }, () => appendFile(path, `${lines(0, 2)}no JSON\n`), 2);
    expect(facts).toMatchObject({ lines: 3, notJson: { count: 1 } });
  });

  test.each([
    ['is not there', 'nothing.log', /^there is no log file /],
    ['is a folder', '', /could not be read: it is not a regular file/],
  ])('that %s is unavailable', async (_, name, reason) => {
    const reader = await startReading({ file: join(folder, name) }, SEARCH);
    const observation = await reader.stop({ ...sentHealth(1), deadlineMs: 100 });
    expect(observation).toMatchObject({
      status: 'unavailable',
      source: 'direct',
      reason: expect.stringMatching(reason),
    });
  });
});

test('a named pipe that nobody writes to is unavailable, and waited for by nobody', async () => {
  const path = join(folder, 'pipe');
  await promisify(execFile)('mkfifo', [path]);
  const reader = await startReading({ file: path }, SEARCH);
  expect(await reader.stop({ ...sentHealth(1), deadlineMs: 100 })).toMatchObject({
    status: 'unavailable',
    reason: expect.stringContaining('what is piped in is called -'),
  });
});

describe('a stream', () => {
  it('is read until every trace id has come, and drained afterwards', async () => {
    const stream = new PassThrough({ highWaterMark: 16 });
    const facts = await observed({ stream, name: 'the pipe' }, async () => void stream.write(lines(0, 3)), 3);
    expect(facts).toMatchObject({ from: 'the pipe', lines: 3 });
    await new Promise((resolve) => stream.write('x'.repeat(100_000), resolve));
    expect(stream.destroyed).toBe(false);
    stream.end();
  });

  it('that ends is not waited for, and its last line counts', async () => {
    const stream = new PassThrough();
    const facts = await observed(
      { stream, name: 'the pipe' },
      async () => void stream.end(`${lines(0, 2)}${lineOf(2)}`),
      9,
    );
    expect(facts).toMatchObject({ lines: 3, traceIds: { sent: 9, found: 3 } });
  });

  it('that breaks off is unavailable', async () => {
    const stream = new PassThrough();
    const reader = await startReading({ stream, name: "the target's stdout" }, SEARCH);
    stream.destroy(new Error('EPIPE'));
    expect(await reader.stop({ ...sentHealth(1), deadlineMs: DEADLINE_MS })).toMatchObject({
      status: 'unavailable',
      reason: "the target's stdout broke off: EPIPE",
    });
  });

  it('ends at an abort with its reason', async () => {
    const stream = new PassThrough();
    const reader = await startReading({ stream, name: 'the pipe' }, SEARCH);
    const abort = new AbortController();
    const stopped = reader.stop({ ...sentHealth(1), deadlineMs: DEADLINE_MS, signal: abort.signal });
    abort.abort(new Error('Ctrl-C'));
    await expect(stopped).rejects.toThrow('Ctrl-C');
    stream.end();
  });
});

describe('what is counted', () => {
  /** From these lines, after two good ones. */
  const factsOf = async (...others: (string | Uint8Array)[]) => {
    const stream = new PassThrough();
    const write = async () => {
      stream.write(lines(0, 2));
      for (const line of others) stream.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
      stream.end();
    };
    return observed({ stream, name: 'the pipe' }, write, 2);
  };

  test.each([
    ['text', 'Traceback (most recent call last):', 'is not JSON'],
    ['an array', '[{"level":"INFO"}]', 'is JSON but not an object'],
    ['null', 'null', 'is JSON but not an object'],
    ['half an object', '{"level":"INFO"', 'is not JSON'],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), 'is not UTF-8'],
  ])('%s is no JSON object', async (_, line, problem) => {
    const { notJson, lines } = await factsOf(line);
    expect(lines).toBe(3);
    expect(notJson).toMatchObject({ count: 1, examples: [{ line: 3, problem }] });
  });

  test.each([
    ['timestamp', undefined, 'has no timestamp'],
    ['timestamp', '2026-01-18T10:00:00', 'timestamp must be an ISO 8601 time that ends in Z, is "2026-01-18T10:00:00"'],
    [
      'timestamp',
      '2026-13-18T10:00:00Z',
      'timestamp must be an ISO 8601 time that ends in Z, is "2026-13-18T10:00:00Z"',
    ],
    ['timestamp', 1768730400, 'timestamp must be an ISO 8601 time that ends in Z, is 1768730400'],
    ['level', 20, 'level must be a string, is 20'],
    ['module', undefined, 'has no module'],
    ['module', '', 'module must be a string that is not empty, is ""'],
    ['line', '12', 'line must be a whole number from 1 on, is "12"'],
    ['line', 12.5, 'line must be a whole number from 1 on, is 12.5'],
    ['trace_id', '0'.repeat(32), /^trace_id must be 32 lower-case hexadecimal digits, not all zero/],
    ['trace_id', 'ABCDEF7651916CD43DD8448EB211C803', /^trace_id must be/],
    ['trace_id', null, /^trace_id must be/],
    ['message', null, 'message must be a string, is null'],
  ])('a wrong %s (%s)', async (field, value, problem) => {
    const { fields } = await factsOf(lineOf(0, { [field]: value }));
    const counts = fields[field];
    expect((counts?.missing ?? 0) + (counts?.wrong ?? 0)).toBe(1);
    expect(counts?.examples).toMatchObject([{ line: 3, problem: expect.stringMatching(problem) }]);
    const others = Object.entries(fields).filter(([name]) => name !== field);
    expect(others.filter(([, { missing, wrong }]) => missing + wrong > 0)).toEqual([]);
  });

  it("Python's microseconds are a time", async () => {
    const { fields, times } = await factsOf(lineOf(0, { timestamp: '2026-01-18T10:00:00.123456Z' }));
    expect(fields['timestamp']).toMatchObject({ present: 3, wrong: 0 });
    expect(times?.earliest.atMs).toBe(Date.parse('2026-01-18T10:00:00.123Z'));
    expect(times?.furthestBack?.line).toBe(3);
  });

  it('a trace id may be missing where there is no request', async () => {
    const { fields } = await factsOf(lineOf(0, { trace_id: undefined }));
    expect(fields['trace_id']).toMatchObject({ present: 2, missing: 0, wrong: 0 });
  });

  it('a secret, which is not kept', async () => {
    const facts = await factsOf(
      lineOf(0, { headers: { authorization: `Bearer ${CANARY}` }, line: CANARY, level: CANARY }),
    );
    expect(facts.leaks).toMatchObject({ count: 1, examples: [{ line: 3, problem: 'contains a secret' }] });
    expect(JSON.stringify(facts)).not.toContain(CANARY);
    expect(facts.leaks.examples[0]?.text).toContain('Bearer ***');
  });

  it('a line that is too long, without keeping it', async () => {
    const facts = await factsOf(lineOf(0, { message: 'x'.repeat(2_000_000) }));
    expect(facts).toMatchObject({ lines: 3, cut: { count: 1 }, notJson: { count: 0 } });
    expect(JSON.stringify(facts).length).toBeLessThan(10_000);
  });

  it('trace ids that the load did not send, and those that did not come', async () => {
    const stream = new PassThrough();
    const write = async () => {
      stream.write(`${lineOf(0)}\n${lineOf(3)}\n${lineOf(0, { trace_id: 'f'.repeat(32) })}\n`);
    };
    const facts = await observed({ stream, name: 'the pipe' }, write, 4, 100);
    expect(facts.traceIds).toMatchObject({
      sent: 4,
      found: 2,
      missing: [idOf(1), idOf(2)],
      linesOfOthers: 1,
      waitedMs: 100,
    });
    stream.end();
  });
});

test('a great many requests are kept apart', async () => {
  const stream = new PassThrough();
  const reader = await startReading({ stream, name: 'the pipe' }, SEARCH);
  const count = 100_000;
  for (let arrival = 0; arrival < count; arrival += 1000) {
    const block = Array.from({ length: 1000 }, (_, index) => arrival + index)
      .filter((index) => index !== 65_432)
      .map((index) => `{"trace_id":"${idOf(index)}"}\n`);
    if (!stream.write(block.join(''))) await new Promise((resolve) => stream.once('drain', resolve));
  }
  stream.end();
  const facts = collected(await reader.stop({ ...sentHealth(count), deadlineMs: DEADLINE_MS }));
  expect(facts.traceIds).toMatchObject({ sent: count, found: count - 1, missing: [idOf(65_432)] });
});

/** What is kept of the lines of one request: how often one event was written, and a second level. */
import { expect, test } from 'vitest';
import { LoggedRequests } from './requests.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';
const LINE = {
  ...{ level: 'INFO', logger: 'aragora.http', module: 'http', function: 'ended', line: 150, message: 'request' },
  ...{ method: 'GET', path: '/api/health', status: 200 },
};

const followed = (...lines: readonly Readonly<Record<string, unknown>>[]) => {
  const requests = new LoggedRequests();
  for (const line of lines) {
    const entry = { ...LINE, ...line };
    requests.add(ID, entry, { level: entry['level'], atMs: 1000 });
  }
  return requests.of([ID])[0];
};

test('the same answer is counted, whatever its time', () => {
  expect(followed({ duration_ms: 1.2 }, { duration_ms: 3.4 })?.answers).toBe(2);
});

test('another event of the same request is not', () => {
  expect(followed({}, { message: 'slow request' }, { logger: 'uvicorn.access' }, { status: 502 })?.answers).toBe(1);
  expect(followed({ status: undefined }, { status: undefined })?.answers).toBe(0);
});

test('a second level is kept that is another one', () => {
  expect(followed({ severity: 'CRITICAL' })?.said.otherLevel).toEqual(['CRITICAL']);
  expect(followed({ levelname: 'INFO', 'log.level': 'info', severity: 9 })?.said.otherLevel).toBeUndefined();
  expect(followed({ severity: 'WARN' })?.said.otherLevel).toEqual(['WARNING']);
  // Of something that is reported, or a word for no documented level.
  expect(followed({ severity: 'NOTICE' })?.said.otherLevel).toBeUndefined();
  expect(followed({ severity: 'CRITICAL', method: undefined, level: 'info' })?.said.otherLevel).toBeUndefined();
});

/** Words for levels. */
import { expect, test } from 'vitest';
import { levelNamed } from './levels.ts';

test.each([
  ['INFO', 'INFO'],
  ['info', 'INFO'],
  ['Warning', 'WARNING'],
  ['warn', 'WARNING'],
  ['WARN', 'WARNING'],
  ['err', 'ERROR'],
  ['fatal', 'CRITICAL'],
  ['CRIT', 'CRITICAL'],
  ['TRACE', 'DEBUG'],
])('%s is %s', (written, level) => {
  expect(levelNamed(written)).toBe(level);
});

test.each(['NOTICE', '20', 'I', '', ' INFO', 'INFORMATION', 'constructor'])(
  '"%s" is no documented level',
  (written) => {
    expect(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']).not.toContain(levelNamed(written));
  },
);

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startTarget } from '../../lib/target/target.ts';
import { ACCEPTED, APART, REFUSED, TWICE } from '../support/expositions.ts';
import { largeExposition } from '../support/large-exposition.ts';
import { parseExposition } from '../support/parse-exposition.ts';
import { expositions } from './exposition-fuzz.ts';
import { askPromtool } from './promtool.ts';

const isMalformed = (text: string) => parseExposition(text).problemCounts.malformed > 0;

describe('promtool', () => {
  test.each(Object.entries(ACCEPTED))('accepts %s', async (_, text) => {
    expect(await askPromtool(text)).toEqual({ accepted: true, problem: '' });
  });

  test.each(Object.entries(REFUSED))('refuses %s', async (_, [text, line]) => {
    const { accepted, problem } = await askPromtool(text);
    expect(accepted).toBe(false);
    // For a line that only the next line, or the end, shows to be unfinished, it reports the number of that next line.
    expect(
      [line, line + 1].map((number) => problem.startsWith(`text format parsing error in line ${number}:`)),
    ).toContain(true);
  });

  test.each([...Object.entries(TWICE), ['families whose lines are apart', APART] as const])(
    'accepts what is reported here separately from what is malformed: %s',
    async (_, text) => {
      expect(isMalformed(text)).toBe(false);
      expect((await askPromtool(text)).accepted).toBe(true);
    },
  );

  test('accepts what the reference target exposes, and a large exposition', async () => {
    const target = await startTarget();
    const text = await (await fetch(`${target.httpUrl}/metrics`)).text();
    await target.stop();
    for (const exposition of [text, largeExposition(2_000_000)]) {
      expect(isMalformed(exposition)).toBe(false);
      expect((await askPromtool(exposition)).accepted).toBe(true);
    }
  });
});

/** It drops a backslash from a TYPE line before it looks at the type: `# TYPE a cou\nter` is a counter to it, and a mistake here. */
const BACKSLASH_IN_TYPE = /^[ \t]*#[ \t]*TYPE.*\\/m;

test('500 made-up expositions are malformed to promtool when they are here, and only then', async () => {
  const agree = fc.asyncProperty(
    expositions.filter((text) => !BACKSLASH_IN_TYPE.test(text)),
    async (text) => {
      const { accepted, problem } = await askPromtool(text);
      expect({ malformed: isMalformed(text), problem }).toEqual({ malformed: !accepted, problem });
    },
  );
  await fc.assert(agree, { seed: 4, numRuns: 500 });
}, 600_000);

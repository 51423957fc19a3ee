/** The verdict on terminals of many widths: no line is longer than the terminal, and no word is cut. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunFacts } from '../../lib/core/run.ts';
import { judgeRun } from '../../lib/run/stages.ts';
import { renderText } from '../../reports/text.ts';
import { TAPES } from './names.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aragora-slo-terminal-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const words = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

/** All words that could be shown: those of the facts, and those that the report adds on a terminal that is never too narrow. */
function wordsOf(facts: RunFacts): ReadonlySet<string> {
  return new Set([...words(JSON.stringify(facts.verdict)), ...words(renderText(facts, { width: 100_000 }))]);
}

describe.each(TAPES)('the tape %s', (name) => {
  let facts: RunFacts;
  beforeAll(() => {
    const dir = join(folder, name);
    cpSync(join(import.meta.dirname, name), dir, { recursive: true, filter: (path) => !path.endsWith('/expected') });
    facts = judgeRun(dir);
  });

  test.each([40, 60, 80, 200])('fits %i columns, and wraps at words', (width) => {
    const text = renderText(facts, { width, reportPath: '/var/lib/jenkins/workspace/aragora/runs/tape/report.html' });
    expect(text.split('\n').filter((line) => [...line].length > width)).toEqual([]);
    const known = wordsOf(facts);
    const path = new Set(words('/var/lib/jenkins/workspace/aragora/runs/tape/report.html'));
    // How many names were left out depends on the width.
    const cut = words(text).filter((word) => !known.has(word) && !path.has(word) && !/^\d+$/.test(word));
    expect(cut).toEqual([]);
  });
});

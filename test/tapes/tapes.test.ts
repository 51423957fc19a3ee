/**
 * Real runs, taped and judged again: verdict and reports must stay the same, byte for byte. `UPDATE_TAPES=1 npx vitest run test/tapes`
 * writes the expected files again; record.ts makes the tapes themselves.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeRun } from '../../lib/run/stages.ts';
import { renderGithubAnnotations } from '../../reports/github.ts';
import { type PageAssets, renderHtml } from '../../reports/html/page.ts';
import { renderJunit } from '../../reports/junit.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { renderText } from '../../reports/text.ts';
import { TAPES, type TapeName } from './names.ts';

const UPDATE = process.env['UPDATE_TAPES'] === '1';

/** Stands for the bundled script and style, which do not depend on the run. */
const ASSETS: PageAssets = {
  script: 'script()',
  style: 'style{}',
  scriptHash: 'sha256-script',
  styleHash: 'sha256-style',
  version: '0.0.0',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aragora-slo-tapes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a run folder says, by the name of the file with the expected text. The folder is judged elsewhere, where it gets a findings.json. */
function said(name: TapeName): ReadonlyMap<string, string> {
  const dir = join(folder, name);
  cpSync(join(import.meta.dirname, name), dir, { recursive: true, filter: (path) => !path.endsWith('/expected') });
  const facts = judgeRun(dir);
  return new Map([
    ['findings.json', readFileSync(join(dir, 'findings.json'), 'utf8')],
    // The real path of the folder would appear here, and could break a line elsewhere.
    ['report.txt', renderText(facts, { reportPath: 'runs/tape/report.html' })],
    ['report.md', renderMarkdown(facts)],
    ['junit.xml', renderJunit(facts)],
    ['report.html', renderHtml(facts, ASSETS)],
    ['annotations.txt', renderGithubAnnotations(facts)],
  ]);
}

test('every tape is named', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name)).toEqual([...TAPES].sort());
});

describe.each(TAPES)('the tape %s', (name) => {
  const expected = join(import.meta.dirname, name, 'expected');

  test('says what it said when it was taped', () => {
    const now = said(name);
    if (UPDATE) {
      rmSync(expected, { recursive: true, force: true });
      mkdirSync(expected);
      for (const [file, text] of now) writeFileSync(join(expected, file), text);
    }
    expect(existsSync(expected) ? readdirSync(expected) : []).toEqual([...now.keys()].sort());
    for (const [file, text] of now) expect(text, file).toBe(readFileSync(join(expected, file), 'utf8'));
  });
});

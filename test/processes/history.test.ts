/** A history that several processes add to at once. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { bundle } from '../../lib/bundle/bundle.ts';
import { UNFINISHED } from '../../lib/history/exclusive.ts';
import { readHistory } from '../../lib/history/history.ts';
import { NOW_MS } from '../support/history.ts';

it('loses nothing: six processes of five runs each, two ids for all of them', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'aragora-slo-history-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  const dir = join(temporary, 'history');
  const contents = `
      import { addEntry } from './lib/history/history.ts';
      import { makeRecord } from './test/support/history.ts';
      const process_ = Number(process.argv[2]);
      for (let run = 0; run < 5; run++) {
        const seed = process_ * 5 + run;
        addEntry(${JSON.stringify(dir)}, makeRecord({ startedAtMs: ${NOW_MS} + (seed % 2) * 60_000, seed, blocks: 1 }));
      }`;
  const stdin = { contents, resolveDir: join(import.meta.dirname, '../..') };
  const text = (await bundle({ stdin, format: 'cjs', platform: 'node', outfile: 'add.js' })).get('.js');
  const program = join(temporary, 'add.cjs');
  writeFileSync(program, text ?? '');
  const start = promisify(execFile);
  await Promise.all(Array.from({ length: 6 }, (_, at) => start(process.execPath, [program, String(at)])));
  const { entries, warnings } = readHistory(dir);
  expect(entries.map(({ plan }) => plan.seed).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, at) => at));
  expect(warnings).toEqual([]);
  expect(readdirSync(dir).filter((name) => name.startsWith(UNFINISHED))).toEqual([]);
});

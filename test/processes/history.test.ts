/** A history that several processes add to at once. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { UNFINISHED } from '../../lib/history/exclusive.ts';
import { readHistory } from '../../lib/history/history.ts';
import { NOW_MS } from '../support/history.ts';

it('loses nothing: six processes of five runs each, two ids for all of them', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'aragora-slo-history-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  const dir = join(temporary, 'history');
  const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const script = `
      const { addEntry } = await import(${at('../../lib/history/history.ts')});
      const { makeRecord } = await import(${at('../../test/support/history.ts')});
      const process_ = Number(process.argv[1]);
      for (let run = 0; run < 5; run++) {
        const seed = process_ * 5 + run;
        addEntry(${JSON.stringify(dir)}, makeRecord({ startedAtMs: ${NOW_MS} + (seed % 2) * 60_000, seed, blocks: 1 }));
      }`;
  const start = promisify(execFile);
  await Promise.all(
    Array.from({ length: 6 }, (_, at) =>
      start(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, String(at)], {
        cwd: join(import.meta.dirname, '../..'),
      }),
    ),
  );
  const { entries, warnings } = readHistory(dir);
  expect(entries.map(({ plan }) => plan.seed).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, at) => at));
  expect(warnings).toEqual([]);
  expect(readdirSync(dir).filter((name) => name.startsWith(UNFINISHED))).toEqual([]);
});

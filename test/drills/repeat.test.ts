/** An alert that fires for hours is sent again when that is due: four hours of the documents, in less than a minute where the machine holds the clock. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { drill } from '../../lib/drill/drill.ts';
import { noFastClock } from '../../lib/stack/fast-clock.ts';
import { strain } from '../../lib/systems/alerts/model/bounds.ts';
import { stagesOf } from '../../lib/systems/alerts/model/timeline.ts';

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-drill-repeat-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.runIf(noFastClock() === null)('a server that stays down is said again', { timeout: 1_200_000 }, async () => {
  const { findings, timeline } = await drill({
    dir: join(folder, 'drill'),
    rules: ['AragoraDown'],
    clockRate: undefined,
    repeats: true,
    signal: new AbortController().signal,
    onProgress: (line) => console.log(line),
  });
  for (const { id, status, summary } of findings) console.log(`${id} ${status}: ${summary}`);
  expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
  if (stagesOf(timeline).some((stage) => strain(stage).length > 0)) return;
  const once = findings.find(({ id }) => id === 'alerts.AragoraDown.once');
  expect(once).toMatchObject({
    status: 'pass',
    summary: expect.stringMatching(/^one page, sent again after 1[45]\d{3} s /),
  });
});

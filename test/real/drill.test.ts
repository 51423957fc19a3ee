/** Drills with the real Prometheus and Alertmanager that end before their time. One of all documented alerts is in stack-run.test.ts. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { drillBreakNamed } from '../../lib/drill/breaks.ts';
import { type Drilled, type DrillRequest, drill } from '../../lib/drill/drill.ts';
import { noFastClock } from '../../lib/stack/fast-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-drill-'));
afterAll(() => rmSync(folder, { recursive: true }));

function start(dir: string, request: Partial<DrillRequest>): Promise<Drilled> {
  return drill({
    dir: join(folder, dir),
    rules: undefined,
    clockRate: undefined,
    signal: new AbortController().signal,
    onProgress: (line) => console.log(line),
    ...request,
  });
}

describe.runIf(noFastClock() === null)('a drill', { timeout: 600_000 }, () => {
  test('says why when Alertmanager refuses its configuration', async () => {
    const unknown = {
      ...drillBreakNamed('alerts.routed.channel'),
      edit: { from: ['  group_wait: 30s'], to: ['  group_wait: soon'] },
    };
    await expect(start('refused', { rules: ['AragoraDown'], breaks: [unknown] })).rejects.toThrow(
      /^alertmanager did not become ready: it exited with .*not a valid duration string/s,
    );
  });

  test('that is interrupted ends, and keeps what it saw', async () => {
    const abort = new AbortController();
    const onProgress = (line: string): void => {
      if (line.includes('of a healthy server')) abort.abort('SIGINT');
    };
    const { outcome, findings, timeline } = await start('interrupted', {
      rules: ['AragoraDown', 'HighLatency'],
      signal: abort.signal,
      onProgress,
    });
    const statuses = (aspect: string): string[] =>
      findings.filter(({ id }) => id.endsWith(`.${aspect}`)).map(({ status }) => status);
    expect(outcome).toBe('interrupted');
    expect(statuses('loaded')).toEqual(['pass', 'pass']);
    expect(statuses('fires')).toEqual(['no-data', 'no-data']);
    const lines = readFileSync(join(folder, 'interrupted/drill.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(timeline);
    expect(timeline.at(-1)).toMatchObject({ kind: 'end', why: 'interrupted' });
  });
});

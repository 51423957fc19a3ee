/**
 * A drill of two documented alerts with the real Prometheus and Alertmanager: one for PagerDuty, one for Slack. It waits in documented
 * seconds, as long as the drill itself does, and takes the rate of the clock that the machine holds.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Drilled, drill } from '../../lib/drill/drill.ts';
import { storiesOf } from '../../lib/drill/model/story.ts';
import { ofKind } from '../../lib/drill/model/timeline.ts';
import { noFastClock } from '../../lib/stack/fast-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-drill-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = ['AragoraDown', 'HighLatency'];

function start(dir: string, signal: AbortSignal, onProgress: (line: string) => void): Promise<Drilled> {
  return drill({ dir: join(folder, dir), rules: NAMES, clockRate: undefined, signal, onProgress });
}

describe.runIf(noFastClock() === null)('a drill', { timeout: 600_000 }, () => {
  let drilled: Drilled;
  beforeAll(async () => {
    drilled = await start('whole', new AbortController().signal, (line) => console.log(line));
  }, 600_000);

  test('finds nothing wrong with alerts that work', () => {
    const failed = drilled.findings.filter(({ status }) => status === 'fail');
    expect(failed.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
  });

  test.each(
    NAMES.flatMap((name) =>
      ['loaded', 'reachable', 'fires', 'delivered', 'routed', 'resolves'].map((of) => `alerts.${name}.${of}`),
    ),
  )('%s passes', (id) => {
    expect(drilled.findings.find((finding) => finding.id === id)).toMatchObject({ status: 'pass' });
  });

  test('follows each alert in its order, and waits at least as long as its rule says', () => {
    const stories = storiesOf(drilled.timeline, drilled.rules);
    expect(stories.map(({ rule, receiver }) => [rule.name, receiver])).toEqual([
      ['AragoraDown', 'PagerDuty, critical'],
      ['HighLatency', 'Slack #aragora-warnings'],
    ]);
    for (const { rule, firingSec, pendingSec, deliveredSec, resolvedSec } of stories) {
      // The longest that they can have been, and never less than theory has.
      expect(firingSec).toBeGreaterThanOrEqual(rule.forSec);
      for (const sec of [pendingSec, deliveredSec, resolvedSec]) expect(sec).toBeGreaterThan(0);
    }
  });

  test('keeps what it saw', () => {
    const lines = readFileSync(join(folder, 'whole/drill.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(drilled.timeline);
    expect(ofKind(drilled.timeline, 'delivery').every(({ refusals }) => refusals.length === 0)).toBe(true);
    expect(ofKind(drilled.timeline, 'held')[0]?.scrapes).toBeGreaterThan(0);
  });

  test('that is interrupted ends, and keeps what it saw', async () => {
    const abort = new AbortController();
    const { outcome, findings } = await start('interrupted', abort.signal, (line) => {
      if (line.includes('of a healthy server')) abort.abort('SIGINT');
    });
    expect(outcome).toBe('interrupted');
    expect(findings.filter(({ id }) => id.endsWith('.loaded')).map(({ status }) => status)).toEqual(['pass', 'pass']);
    expect(findings.filter(({ id }) => id.endsWith('.fires')).map(({ status }) => status)).toEqual([
      'no-data',
      'no-data',
    ]);
    expect(readFileSync(join(folder, 'interrupted/drill.jsonl'), 'utf8')).toContain('"why":"interrupted"');
  });
});

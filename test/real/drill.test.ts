/**
 * A drill of all documented alerts with the real Prometheus and Alertmanager, at the rate of the clock that the machine holds. A machine that
 * is busy with something else may leave a finding open, which then says so; none may fail.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drillBreakNamed } from '../../lib/drill/breaks.ts';
import { type Drilled, type DrillRequest, drill } from '../../lib/drill/drill.ts';
import { noFastClock } from '../../lib/stack/fast-clock.ts';
import { strain } from '../../lib/systems/alerts/model/bounds.ts';
import { storiesOf } from '../../lib/systems/alerts/model/story.ts';
import { ofKind, type Stage, stagesOf } from '../../lib/systems/alerts/model/timeline.ts';

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
  let drilled: Drilled;
  beforeAll(async () => {
    drilled = await start('whole', {});
  }, 1_800_000);

  /** In which the machine held the clock. */
  const held = (): Stage[] => stagesOf(drilled.timeline).filter((stage) => strain(stage).length === 0);
  /** Names of the alerts of these stages. */
  const drilledIn = (stages: readonly Stage[]): string[] =>
    stages.flatMap(({ setup }) => setup.rules.map(({ name }) => name));

  test('finds nothing wrong with alerts that work', () => {
    const failed = drilled.findings.filter(({ status }) => status === 'fail');
    expect(failed.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
    // And one for each alert without a rule.
    expect(drilled.findings).toHaveLength(6 * 9 + 3);
    expect(ofKind(drilled.timeline, 'promtool').filter(({ says }) => says !== 'agrees')).toEqual([]);
  });

  test('proves all of them, as far as the machine held the clock', () => {
    const names = drilledIn(held());
    const open = drilled.findings.filter(
      ({ id, status }) => status !== 'pass' && names.includes(id.split('.')[1] ?? ''),
    );
    expect(open.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
  });

  test('follows each alert from its fault to its end', () => {
    const names = drilledIn(held());
    const stories = storiesOf(drilled.timeline, drilled.rules).filter(({ rule }) => names.includes(rule.name));
    expect(stories.map(({ rule }) => rule.name).sort()).toEqual(names.sort());
    for (const { pendingSec, firingSec, deliveredSec, resolvedSec } of stories) {
      expect([pendingSec, firingSec, deliveredSec, resolvedSec]).not.toContain(null);
    }
  });

  test('keeps what it saw', () => {
    const lines = readFileSync(join(folder, 'whole/drill.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(drilled.timeline);
    expect(ofKind(drilled.timeline, 'delivery').every(({ refusals }) => refusals.length === 0)).toBe(true);
    expect(ofKind(drilled.timeline, 'held')[0]?.scrapes).toBeGreaterThan(0);
  });

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
    const { outcome, findings } = await start('interrupted', {
      rules: ['AragoraDown', 'HighLatency'],
      signal: abort.signal,
      onProgress,
    });
    const statuses = (aspect: string): string[] =>
      findings.filter(({ id }) => id.endsWith(`.${aspect}`)).map(({ status }) => status);
    expect(outcome).toBe('interrupted');
    expect(statuses('loaded')).toEqual(['pass', 'pass']);
    expect(statuses('fires')).toEqual(['no-data', 'no-data']);
    expect(readFileSync(join(folder, 'interrupted/drill.jsonl'), 'utf8')).toContain('"why":"interrupted"');
  });
});

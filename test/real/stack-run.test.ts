/**
 * `run --stack`: what the checklists rest on with the whole stack around the reference server, the drill of all documented alerts that belongs
 * to it, and a break of the stack. A machine that is busy with something else may leave a finding of the drill open; none may fail.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { withStack } from '../../lib/commands/stack-run.ts';
import type { Observation } from '../../lib/core/observation.ts';
import { runRequest } from '../../lib/run/request.ts';
import { run as runStages } from '../../lib/run/run.ts';
import { STACK_BREAKS } from '../../lib/stack/breaks.ts';
import { noFastClock } from '../../lib/stack/fast-clock.ts';
import { strain } from '../../lib/systems/alerts/model/bounds.ts';
import { storiesOf } from '../../lib/systems/alerts/model/story.ts';
import { type Entry, ofKind, stagesOf } from '../../lib/systems/alerts/model/timeline.ts';
import type { AlertsObservation } from '../../lib/systems/alerts/observation.ts';
import type { FindingsFile } from '../../reports/json.ts';

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'aragora-slo-stack-run-'));
}

function read<Content>(dir: string, file: string): Content {
  return JSON.parse(readFileSync(join(dir, 'run', file), 'utf8')) as Content;
}

/** Of what gates, which latencies do not here. Mistakes of the guides are left out, too: those are no fault of anybody's server. */
function broken(findings: FindingsFile['findings']): string[] {
  const failed = findings.filter(({ status, gating, because }) => status === 'fail' && gating && because === undefined);
  return failed.filter(({ ofDocument }) => ofDocument !== true).map(({ id }) => id);
}

describe('with the whole stack', () => {
  let file: FindingsFile;
  let timeline: readonly Entry[];
  beforeAll(async () => {
    const dir = folder();
    const args = ['run', '--stack', '--profile', 'check', '--out', join(dir, 'run')];
    const { command } = inject('bundled');
    const ended = await execa(process.execPath, [command, ...args], { reject: false, stdin: 'ignore' });
    expect(ended.exitCode, ended.stderr).not.toBe(2);
    file = read(dir, 'findings.json');
    timeline = drillOf(read(dir, 'observations.json'));
    rmSync(dir, { recursive: true });
  }, 900_000);

  test('all of the 21 items are ticked', () => {
    expect(file.checklist.filter(({ tick }) => tick !== 'ticked')).toEqual([]);
    expect(file.checklist).toHaveLength(21);
    expect(broken(file.findings)).toEqual([]);
  });

  describe.runIf(noFastClock() === null)('the drill', () => {
    /** The rules of the stages in which the machine held the clock. */
    const held = () => stagesOf(timeline).flatMap((stage) => (strain(stage).length === 0 ? stage.setup.rules : []));
    const names = (): string[] => held().map(({ name }) => name);

    test('finds nothing wrong with alerts that work', () => {
      const found = file.findings.filter(({ id }) => id.startsWith('alerts.'));
      const failed = found.filter(({ status, ofDocument }) => status === 'fail' && ofDocument !== true);
      expect(failed.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
      // And one for each alert without a rule.
      expect(found).toHaveLength(6 * 9 + 3);
      expect(ofKind(timeline, 'promtool').filter(({ says }) => says !== 'agrees')).toEqual([]);
    });

    test('proves all of them, as far as the machine held the clock', () => {
      const proven = names();
      const open = file.findings.filter(
        ({ id, status }) => id.startsWith('alerts.') && status !== 'pass' && proven.includes(id.split('.')[1] ?? ''),
      );
      expect(open.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
    });

    test('follows each alert from its fault to its end', () => {
      const stories = storiesOf(timeline, held());
      expect(stories.map(({ rule }) => rule.name).sort()).toEqual(names().sort());
      for (const { pendingSec, firingSec, deliveredSec, resolvedSec } of stories) {
        expect([pendingSec, firingSec, deliveredSec, resolvedSec]).not.toContain(null);
      }
    });

    test('is delivered what the receivers take, and is scraped meanwhile', () => {
      expect(ofKind(timeline, 'delivery').every(({ refusals }) => refusals.length === 0)).toBe(true);
      expect(ofKind(timeline, 'held')[0]?.scrapes).toBeGreaterThan(0);
    });
  });
});

function drillOf(observations: readonly Observation[]): readonly Entry[] {
  const drilled = observations.find(({ kind }) => kind === 'alerts') as AlertsObservation | undefined;
  if (drilled?.status !== 'collected') throw new Error(`no drill, but ${JSON.stringify(drilled)}`);
  return drilled.timeline;
}

/** The drill is left out: it takes most of the time, and no break of the stack is about its own Prometheus. */
test.each(STACK_BREAKS.map((one) => [one.name, one] as const))(
  '%s fails its finding, and no other but what it says',
  { timeout: 900_000 },
  async (name, { finding, description }) => {
    const dir = folder();
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const flags = { stack: true, profile: 'check', out: join(dir, 'run'), break: [name] };
    const { signal } = new AbortController();
    const onProgress = (line: string): void => console.log(line);
    const { request, stop } = await withStack(runRequest({ flags, env: {} }), { onProgress, signal });
    const { alerts: _, ...sources } = request.sources as Readonly<Record<string, unknown>>;
    const ui = { note: onProgress, warn: onProgress, update: () => undefined };
    const { facts } = await runStages({ ...request, sources, token: undefined }, ui, signal).finally(stop);
    const failed = broken(facts.verdict.findings);
    expect(failed).toContain(finding);
    expect(failed.filter((id) => id !== finding && !description.includes(`\`${id}\``))).toEqual([]);
  },
);

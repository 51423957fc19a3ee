/**
 * Every named break of the documented alerts, several in one drill: each of their findings must notice, and no other may fail. On a machine
 * that is too slow for the clock a finding may say that, instead of failing; it never passes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DRILL_BREAKS, drillBreakNamed } from '../../lib/drill/breaks.ts';
import { drill } from '../../lib/drill/drill.ts';
import { noFastClock } from '../../lib/stack/fast-clock.ts';
import { strain } from '../../lib/systems/alerts/model/bounds.ts';
import { stagesOf } from '../../lib/systems/alerts/model/timeline.ts';

const folder = mkdtempSync(join(tmpdir(), 'aragora-slo-drill-breaks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Those of one batch are about different alerts, or do not meet. */
const BATCHES = [
  [
    'alerts.silent-when-healthy.always',
    'alerts.fires.limit',
    'alerts.in-time.late',
    'alerts.once.again',
    'alerts.loaded.renamed',
  ],
  ['alerts.delivered.key', 'alerts.routed.channel'],
  // A warning, which each other batch sends elsewhere, again or without its end.
  ['alerts.once.split'],
  ['alerts.reachable.job', 'alerts.delivered.silent', 'alerts.resolves.not-sent'],
];

test('every break is in one batch', () => {
  expect(BATCHES.flat().sort()).toEqual(DRILL_BREAKS.map(({ name }) => name).sort());
});

test.runIf(noFastClock() === null).each(BATCHES.map((names) => [names.join(', '), names] as const))(
  '%s',
  { timeout: 1_200_000 },
  async (_, names) => {
    const breaks = names.map(drillBreakNamed);
    const { findings, timeline } = await drill({
      dir: join(folder, names[0] ?? ''),
      rules: [...new Set(breaks.map(({ rule }) => rule))],
      clockRate: undefined,
      breaks,
      signal: new AbortController().signal,
      onProgress: (line) => console.log(line),
    });
    const broken = breaks.map(({ finding }) => finding);
    const isHeld = stagesOf(timeline).every((stage) => strain(stage).length === 0);
    const noticed = isHeld ? ['fail'] : ['fail', 'inconclusive'];
    const said = findings.filter(({ id }) => broken.includes(id));
    for (const { id, status, summary } of said) console.log(`${id} ${status}: ${summary}`);
    expect(said).toHaveLength(broken.length);
    expect(said.filter(({ status }) => !noticed.includes(status))).toEqual([]);
    const others = findings.filter(
      ({ id, status, because }) => status === 'fail' && because === undefined && !broken.includes(id),
    );
    expect(others.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
  },
);

/** Each break that changes what the target says of itself on its way out: applied to a tape of one unbroken run, caught by just its finding. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { documentedRows } from '../../lib/commands/coverage.ts';
import type { Finding } from '../../lib/core/finding.ts';
import { judgeRun } from '../../lib/run/stages.ts';
import { TELEMETRY_BREAKS } from '../../lib/systems/breaks.ts';
import { claimsOf, isTestOf, unsupported } from '../mutation/claims.ts';
import { FLOOR } from '../mutation/floor.ts';
import { chosen, mutantsOf } from '../mutation/mutants.ts';
import { type Played, Player } from '../mutation/play.ts';
import { isProvedByBreak } from '../mutation/proved-by-breaks.ts';
import { tallyOf } from '../mutation/score.ts';
import { sharedTape } from '../support/tape/taped.ts';
import { telemetryBreaks } from './levels.ts';
import { replayed, systemOf } from './replay.ts';
import type { Tape } from './tape.ts';

const REPLAYED = telemetryBreaks('replay');
/** Some seconds' worth. */
const SAMPLE = { seed: 1, sample: 120 };
const CLAIMS = 20;
/** Spread over all of them. */
const drawn = <One>(all: readonly One[], count: number): One[] =>
  all.filter((_, at) => at % Math.ceil(all.length / count) === 0);
const words = ({ id, status, summary }: Finding) => `${id} ${status}: ${summary}`;
const OF_TELEMETRY = /^(metrics|traces|logs|probes)\./;

let tape: Tape;
beforeAll(() => {
  tape = sharedTape();
});

describe('the unbroken target', () => {
  test('conforms: every telemetry finding that gates passes', () => {
    const { verdict } = tape.facts;
    expect(verdict.findings.filter(({ gating, status }) => gating && status !== 'pass').map(words)).toEqual([]);
    expect(verdict.outcome).toBe('conforms');
    expect(verdict.findings.filter(({ id, gating }) => gating && OF_TELEMETRY.test(id)).length).toBeGreaterThan(80);
  });

  test('has a break for each kind of telemetry finding that gates', () => {
    const kind = (id: string) => id.replace(/^metrics\.(?!exposition)\w+\.(?=[\w-]+$)/, 'metrics.NAME.');
    const broken = new Set(TELEMETRY_BREAKS.map(({ finding }) => kind(finding)));
    const gating = tape.facts.verdict.findings.filter(({ id, gating }) => gating && OF_TELEMETRY.test(id));
    const kinds = new Set(gating.map(({ id }) => kind(id)));
    // A logged trace that does not exist was not recorded. The findings on traces report that, and this one can't judge it then.
    expect([...kinds].filter((id) => !broken.has(id))).toEqual(['logs.traces-exist']);
  });

  test('leaves the canary in no file of the run', () => {
    const files = ['plan.json', 'engine.json', 'engine.log', 'observations.json', 'findings.json'];
    const texts = files.map((file) => readFileSync(join(tape.dir, file), 'utf8'));
    expect(texts.filter((text) => /canary-[0-9a-f]{8}/.test(text))).toEqual([]);
  });

  test('is judged the same again, offline', () => {
    expect(judgeRun(tape.dir).verdict).toEqual(tape.facts.verdict);
  });
});

describe('the tape', () => {
  test.each(['metrics', 'traces', 'logs'])('of %s is judged as the run was', async (name) => {
    const { findings } = await replayed(tape, { name });
    const judged = (all: readonly Finding[]) => all.map(({ id, status, bad }) => ({ id, status, bad }));
    expect(judged(findings)).toEqual(judged(tape.facts.verdict.findings));
    // The run read its log until it had seen every trace id, which may be before the last line.
    const samples = new Map(findings.map((finding) => [finding.id, finding.samples]));
    const fewer = tape.facts.verdict.findings.filter(({ id, samples: read }) => (samples.get(id) ?? 0) < read);
    expect(fewer.map(words)).toEqual([]);
  });

  test.for(REPLAYED)('with $name fails $finding alone', async (broken, { task }) => {
    task.meta.proves = broken.name;
    const { findings } = await replayed(tape, broken);
    // A finding that does not gate can have a break, too.
    const counts = ({ id, gating }: Finding) => gating || id === broken.finding;
    const failed = findings.filter((one) => counts(one) && one.status === 'fail');
    expect(
      failed.map(({ id }) => id),
      failed.map(words).join('\n'),
    ).toEqual([broken.finding]);
    expect(systemOf(broken)).toMatch(/^(metrics|traces|logs)$/);
  });
});

describe('mutants', () => {
  test('of a sample are noticed as often as they have to be (npm run mutate plays all)', async () => {
    const all = mutantsOf(tape);
    const player = new Player(tape, all);
    const played: Played[] = [];
    for (const mutant of chosen(all, SAMPLE)) played.push(await player.play(mutant));
    const missed = played.filter(({ fate, equivalent }) => fate === 'survived' && equivalent === null);
    expect(tallyOf(played).score, missed.map(({ id }) => id).join('\n')).toBeGreaterThanOrEqual(FLOOR);
  });

  // `npm run mutate` tries all claims. Few mutants are needed: where the first of a kind does not fail the check, one of the next does.
  test('support a sample of what the table of evidence claims', async () => {
    const all = mutantsOf(tape);
    const claims = claimsOf(documentedRows()).filter((claim) => !isProvedByBreak(claim));
    for (const claim of drawn(claims, CLAIMS)) {
      const player = new Player(tape, all);
      const played: Played[] = [];
      for (const mutant of all.filter((one) => isTestOf(one, claim))) {
        played.push(await player.play(mutant));
        if (played.at(-1)?.by.includes(claim.check)) break;
      }
      expect(unsupported([claim], played), `${played.length} mutants`).toEqual([]);
    }
  });
});

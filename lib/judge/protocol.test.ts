/** Properties that tolerate something: a share of bad samples, or all that came too early. */
import { describe, expect, it } from 'vitest';
import { factsOf, judged, type MadeSecond, PROTOCOL, START_SECOND, times } from '../../test/support/judged.ts';
import type { Finding } from '../core/finding.ts';
import type { Objective, Tolerance } from '../core/plan.ts';
import { onePhase } from '../core/timeline.ts';
import { debatesCreate } from '../journeys/debates.ts';

const CREATING = { ...debatesCreate, steps: [{ ratePerSec: 1, durationSec: 60 }], vus: 1, maxVus: 1 };

type Changes = NonNullable<Parameters<typeof factsOf>[2]> & { readonly creations?: readonly MadeSecond[] };

function judgedWith(
  tolerance: Tolerance,
  seconds: readonly MadeSecond[],
  { creations = [], ...changes }: Changes = {},
): Finding {
  const objective = { ...PROTOCOL, tolerance } as Objective;
  const series = { 'ws-order': seconds, 'debates-create': creations };
  const finding = judged(factsOf([objective], series, changes)).findings.find(({ id }) => id === PROTOCOL.id);
  if (finding === undefined) throw new Error('it has a finding');
  return finding;
}

describe('a property that tolerates one in a hundred', () => {
  const within = (seconds: readonly MadeSecond[]) => judgedWith({ kind: 'share', share: 0.01 }, seconds);

  it('passes where nothing is wrong, however few there are', () => {
    expect(within([{ ms: [1] }])).toMatchObject({ status: 'pass' });
  });

  it('is undecided with one in thirty', () => {
    const finding = within([{ ms: times(29, 1), failed: { silent: 1 } }]);
    expect(finding).toMatchObject({ status: 'inconclusive', summary: expect.stringContaining('not proven') });
  });

  it('fails with one in five', () => {
    const seconds = Array.from({ length: 30 }, () => ({ ms: times(8, 1), failed: { silent: 2 } }));
    expect(within(seconds)).toMatchObject({ status: 'fail', bad: 60, summary: 'broken in 60 of 300 samples' });
  });
});

describe('a property of what nobody has to give', () => {
  const given = (...seconds: MadeSecond[]) => judgedWith({ kind: 'where-given' }, seconds);

  it('passes, and fails with one sample', () => {
    expect(given({ ms: [1] })).toMatchObject({ status: 'pass', gating: true });
    expect(given({ ms: [1], failed: { 'time-contradicted': 1 } })).toMatchObject({ status: 'fail', bad: 1 });
  });

  it('has no data, and does not gate, where it was not given', () => {
    expect(given({ ms: [] })).toMatchObject({ status: 'no-data', gating: false });
  });
});

describe('a property that is a habit', () => {
  const habit = (...seconds: MadeSecond[]) => judgedWith({ kind: 'habit', outcome: 'round-unannounced' }, seconds);
  const shown: MadeSecond = { ms: [1, 1] };
  const open: MadeSecond = { ms: [0, 0] };
  const lacking: MadeSecond = { ms: [], failed: { 'round-unannounced': 1 } };

  it('passes where it is always shown, or there was nothing to show', () => {
    expect(habit(shown, shown)).toMatchObject({ status: 'pass' });
    expect(habit(shown, open)).toMatchObject({ status: 'pass' });
  });

  it('fails where it is lacking once', () => {
    expect(habit(shown, lacking, shown)).toMatchObject({ status: 'fail', bad: 1 });
  });

  it('has no data, and does not gate, where the server never shows it', () => {
    for (const seconds of [[lacking, lacking], [open, lacking], [open]])
      expect(habit(...seconds)).toMatchObject({ status: 'no-data', gating: false });
  });

  it('fails by what else is wrong', () => {
    expect(habit({ ms: [], failed: { 'round-unannounced': 1, 'round-skipped': 1 } })).toMatchObject({ status: 'fail' });
  });
});

describe('a property that is seen once', () => {
  const ONCE = { kind: 'seen-once', afterSec: 2 } as const;
  const once = (...seconds: MadeSecond[]) => judgedWith(ONCE, seconds);
  const good: MadeSecond = { ms: [1] };
  const missing: MadeSecond = { ms: [], failed: { 'none-of-ours': 3 } };
  const open: MadeSecond = { ms: [], failed: { 'page-without-ours': 3 } };

  it('passes where one sample shows it, and others leave it open', () => {
    expect(once(open, good, open)).toMatchObject({ status: 'pass', gating: true });
  });

  it('passes where it was missing only at first', () => {
    expect(once(missing, missing, good)).toMatchObject({ status: 'pass', bad: 0 });
  });

  it('fails where it is missing later', () => {
    expect(once(good, good, missing)).toMatchObject({ status: 'fail', bad: 3 });
    expect(once(missing, missing, missing)).toMatchObject({ status: 'fail', bad: 3 });
  });

  it('is undecided where all samples leave it open', () => {
    expect(once(open, open, open)).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringContaining('other pages'),
    });
  });

  it('has no data, and does not gate, where nobody asked late enough', () => {
    expect(once(missing, missing)).toMatchObject({ status: 'no-data', gating: false });
  });

  it('counts from the first answer, not from when the load was started', () => {
    const early = { load: { startedAtMs: (START_SECOND - 14) * 1000 } };
    expect(judgedWith(ONCE, [missing, missing, good], early)).toMatchObject({ status: 'pass', bad: 0 });
    expect(judgedWith(ONCE, [good, good, missing], early)).toMatchObject({ status: 'fail', bad: 3 });
  });

  it('counts from the first creation that succeeded, where the load has some', () => {
    const plan = { phases: onePhase([CREATING]) };
    const refused: MadeSecond = { ms: [], failed: { status_503: 1 } };
    const listed = [missing, missing, missing, missing, missing];
    const begun = (...creations: MadeSecond[]) => judgedWith(ONCE, [...listed, good], { plan, creations });
    expect(begun({ ms: [] }, { ms: [] }, { ms: [9] })).toMatchObject({ status: 'pass', bad: 0 });
    expect(begun(refused, refused, { ms: [9] })).toMatchObject({ status: 'pass', bad: 0 });
    expect(begun({ ms: [] }, { ms: [9] })).toMatchObject({ status: 'fail', bad: 3 });
  });

  it('has no data without samples', () => {
    expect(once()).toMatchObject({ status: 'no-data', gating: true });
  });
});

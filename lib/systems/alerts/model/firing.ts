/** What is found of an alert under its fault: whether it fires, and in time. */
import { firingBound, gapsOf } from './bounds.ts';
import type { Answer } from './findings.ts';
import { type Followed, rateWords, type Span, spanBetween, stateAt, waited } from './followed.ts';
import { ofKind } from './timeline.ts';

/** Nothing was done to the server for it. */
function notDrilled({ stage, rule }: Followed): Answer {
  const said = ofKind(stage.entries, 'undrilled').find((entry) => entry.rule === rule.name);
  const summary = `not drilled: ${said?.why ?? 'nothing was done to the server for it'}`;
  return { status: 'no-data', summary };
}

/** Why the firing can't be judged; null: it can. */
function unfit(followed: Followed): Answer | null {
  const { on } = followed;
  if (on === undefined) return notDrilled(followed);
  const before = stateAt(followed, on.beforeMs);
  if (before === 'firing' || before === 'pending') {
    return { status: 'inconclusive', summary: `it was ${before} before its fault began` };
  }
  return null;
}

export function fires(followed: Followed): Answer {
  const { on, fired, setup, strain } = followed;
  const instead = unfit(followed);
  if (instead !== null || on === undefined) return instead ?? notDrilled(followed);
  if (fired !== undefined) {
    const words = spanWords(spanBetween(on, fired, setup.clockRate));
    return { status: 'pass', summary: `it fired ${words} after the fault began: ${on.what}${rateWords(setup)}` };
  }
  const wait = waited(followed, 'firing');
  if (wait === undefined) return { status: 'no-data', summary: 'the drill ended before it could fire' };
  const silence = `it did not fire within ${Math.round(wait.limitSec)} s of: ${on.what}${rateWords(setup)}`;
  if (strain.length > 0)
    return { status: 'inconclusive', summary: `${silence}; but the machine was slow: ${strain.join('; ')}` };
  return { status: 'fail', summary: silence };
}

export function inTime(followed: Followed): Answer {
  const { on, fired, setup, rule, stage, strain } = followed;
  const instead = unfit(followed);
  if (instead !== null || on === undefined) return { ...(instead ?? notDrilled(followed)), because: 'fires' };
  if (fired === undefined) return { status: 'no-data', summary: 'it did not fire', because: 'fires' };
  const bound = firingBound(rule, setup.intervals, gapsOf(stage));
  // What the server counts late is not late of the alert.
  const effectSec = (on.effectMs * setup.clockRate) / 1000;
  const limitSec = bound.sec + effectSec;
  const span = spanBetween(on, fired, setup.clockRate);
  const effect = effectSec < 1 ? '' : ` + effect of the fault ${Math.round(effectSec)} s`;
  const witness = ofKind(stage.entries, 'promtool').find((entry) => entry.rule === rule.name);
  const evidence = [
    { label: 'bound', value: `${Math.round(limitSec)} s = ${bound.words}${effect}` },
    ...(witness === undefined ? [] : [{ label: 'promtool', value: witness.words }]),
  ];
  const time = { actualSec: span.mostSec, expectedSec: limitSec };
  const words = `${spanWords(span)} after the fault began, and may take ${Math.round(limitSec)} s${rateWords(setup)}`;
  const open = (why: string): Answer => ({
    status: 'inconclusive',
    summary: `it fired ${words}${why}`,
    evidence,
    time,
  });
  const isLate = span.leastSec > limitSec;
  if (!isLate && span.mostSec > limitSec && strain.length === 0) return open(': that is too close to say');
  if (span.mostSec > limitSec && strain.length > 0) return open(`; but the machine was slow: ${strain.join('; ')}`);
  if (witness?.says === 'disagrees') return open(`; but promtool says otherwise: ${witness.words}`);
  if (isLate) return { status: 'fail', summary: `it fired only ${words}`, evidence, time };
  return { status: 'pass', summary: `it fired ${words}`, evidence, time };
}

/** `300 s`, or `298 to 304 s` where that is not the same. */
export function spanWords({ leastSec, mostSec }: Span): string {
  const [least, most] = [Math.round(leastSec), Math.round(mostSec)];
  return least === most ? `${most} s` : `${least} to ${most} s`;
}

/** What is found of an alert under its fault: whether it fires, and in time. */
import { firingBound, gapsOf } from './bounds.ts';
import type { Answer } from './findings.ts';
import { type Followed, rateWords, type Span, spanBetween, stateAt, waited } from './followed.ts';

const NOT_DRILLED = { status: 'no-data', summary: 'not drilled: nothing was done to the server for it' } as const;

/** Why the firing can't be judged; null: it can. */
function unfit(followed: Followed): Answer | null {
  const { on } = followed;
  if (on === undefined) return NOT_DRILLED;
  const before = stateAt(followed, on.beforeMs);
  if (before === 'firing' || before === 'pending') {
    return { status: 'inconclusive', summary: `it was ${before} before its fault began` };
  }
  return null;
}

export function fires(followed: Followed): Answer {
  const { on, fired, setup, strain } = followed;
  const instead = unfit(followed);
  if (instead !== null || on === undefined) return instead ?? NOT_DRILLED;
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
  if (instead !== null || on === undefined) return { ...(instead ?? NOT_DRILLED), because: 'fires' };
  if (fired === undefined) return { status: 'no-data', summary: 'it did not fire', because: 'fires' };
  const bound = firingBound(rule, setup.intervals, gapsOf(stage));
  // What the server counts late is not late of the alert.
  const effectSec = (on.effectMs * setup.clockRate) / 1000;
  const limitSec = bound.sec + effectSec;
  const span = spanBetween(on, fired, setup.clockRate);
  const effect = effectSec < 1 ? '' : ` + effect of the fault ${Math.round(effectSec)} s`;
  const evidence = [{ label: 'bound', value: `${Math.round(limitSec)} s = ${bound.words}${effect}` }];
  const time = { actualSec: span.mostSec, expectedSec: limitSec };
  const words = `${spanWords(span)} after the fault began, and may take ${Math.round(limitSec)} s${rateWords(setup)}`;
  if (span.mostSec <= limitSec) return { status: 'pass', summary: `it fired ${words}`, evidence, time };
  if (span.leastSec > limitSec && strain.length === 0) {
    return { status: 'fail', summary: `it fired only ${words}`, evidence, time };
  }
  if (strain.length > 0) {
    return {
      status: 'inconclusive',
      summary: `it fired ${words}; but the machine was slow: ${strain.join('; ')}`,
      evidence,
      time,
    };
  }
  return { status: 'inconclusive', summary: `it fired ${words}: that is too close to say`, evidence, time };
}

/** `300 s`, or `298 to 304 s` where that is not the same. */
export function spanWords({ leastSec, mostSec }: Span): string {
  const [least, most] = [Math.round(leastSec), Math.round(mostSec)];
  return least === most ? `${most} s` : `${least} to ${most} s`;
}

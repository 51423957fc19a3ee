/** Whether metrics move when they must: counters grow over the load; gauges follow it, and go back after it. */
import type { Finding } from '../../../core/finding.ts';
import { countText, digitsText, plural } from '../../../core/numbers.ts';
import { above, below, both } from '../../bounds.ts';
import { fact, lacking, openByOthers } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { MetricSignal } from '../signals.ts';
import { clientCounts, debatesCreated } from './clients.ts';
import { setAside } from './countable.ts';
import { infoOfMetric, keptForMs, type MetricCheck, type MetricFacts, type OfMetric } from './facts.ts';
import { gaugeValues } from './gauge-values.ts';
import { judgeSockets } from './open-sockets.ts';
import { debatesEnded, judgeRunning } from './running-debates.ts';
import { familyOf, isNoNumber, locationOf, seriesOf, totalIncrease } from './series.ts';
import { impossibleStep } from './steps.ts';

export function movementChecks(signal: MetricSignal): MetricCheck[] {
  if (signal.movedBy === 'nothing-certain') return [];
  const exposed = (own: OfMetric, judge: Judge): MetricCheck =>
    checkOf(infoOfMetric(signal, own), (check, facts: MetricFacts) => {
      const { name } = locationOf(facts.contract, signal.name);
      if (familyOf(facts.observed, name) === undefined) return lacking(check, 'no-data', `${name} is not exposed`);
      return judge(check, signal, facts);
    });
  if (signal.type !== 'gauge') return [exposed(signal.counts === 'ratings' ? GROWS : IN_STEP, judgeGrowth)];
  return [
    exposed(FOLLOWS, signal.movedBy === 'open-sockets' ? judgeSockets : judgeRunning),
    exposed(RETURNS, judgeReturn),
  ];
}

/** The findings on a gauge alone, for a check that compares it with another one. */
export function movementOf(signal: MetricSignal, facts: MetricFacts): Finding[] {
  return movementChecks(signal).map((check) => check.judge(facts));
}

type Judge = (check: CheckInfo, signal: MetricSignal, facts: MetricFacts) => Finding;

const GROWS: OfMetric = {
  what: 'moves',
  subject: 'grows with the load',
  proves: 'grows when the load does what it counts, scrape by scrape.',
  bounds: [below('clients', 'exists', 'value')],
};
/** Clients see each of the things that it counts. */
const IN_STEP: OfMetric = { ...GROWS, bounds: [below('clients', 'exists', 'value'), above('clients', 'time')] };
const FOLLOWS: OfMetric = {
  what: 'moves',
  subject: 'follows the load',
  proves: 'rises while the load does what it measures, no less and no more than can be.',
  bounds: [both('clients', 'value')],
};
const RETURNS: OfMetric = {
  what: 'returns',
  subject: 'goes back after the load',
  proves: 'is back at its earlier value after the load.',
};

function judgeGrowth(check: CheckInfo, signal: MetricSignal, facts: MetricFacts): Finding {
  const { observed, contract } = facts;
  const [done, word] =
    signal.movedBy === 'requests'
      ? [clientCounts(facts).reduce((sum, { answered }) => sum + answered, 0), 'request']
      : [debatesCreated(facts), 'debate'];
  if (done === 0) return lacking(check, 'no-data', `the load had no ${word}`);
  const aside = setAside(facts, locationOf(contract, signal.name).name);
  if (aside !== null) return lacking(check, 'no-data', aside);
  const suffix = signal.type === 'histogram' ? '_count' : '';
  const series = seriesOf(observed, locationOf(contract, signal.name), suffix);
  const family = familyOf(observed, locationOf(contract, signal.name).name);
  if (series.length === 0 && (family?.series.length ?? 0) > 0) {
    return lacking(check, 'no-data', `${signal.name}${suffix} has no sample that could show it`);
  }
  if (series.some(isNoNumber)) return lacking(check, 'inconclusive', `${signal.name} is not a finite number`);
  const grown = totalIncrease(series, observed.atMs.length);
  const lead = `${plural(done, word)} of the load`;
  if (grown === 0 && signal.movedBy === 'debates' && !observed.settled) {
    return lacking(check, 'inconclusive', `not moved by ${lead} yet, and the numbers were still changing`);
  }
  if (grown === 0) return fact(check, false, { summary: `not moved by ${lead}` });
  const step = impossibleStep(signal, facts);
  if (step !== null) return fact(check, false, { summary: `not in step with clients: ${step}` });
  return fact(check, true, { summary: `grew by ${digitsText(grown, 6)} over ${lead}` });
}

function judgeReturn(check: CheckInfo, signal: MetricSignal, facts: MetricFacts): Finding {
  if (seriesOf(facts.observed, locationOf(facts.contract, signal.name)).length === 0)
    return lacking(check, 'no-data', `${signal.name} has no sample`);
  const values = gaugeValues(signal, facts);
  const [first, last] = [values[0] ?? 0, values.at(-1) ?? null];
  if (last === null) return lacking(check, 'no-data', 'absent from the last scrape');
  if (!Number.isFinite(first) || !Number.isFinite(last))
    return lacking(check, 'inconclusive', `${signal.name} is not a finite number`);
  const summary = `${countText(first)} before the load, ${countText(last)} after it`;
  if (last <= first) return fact(check, true, { summary });
  if (!facts.exclusive) return openByOthers(check, `${summary}: work of others, or never counted down`);
  const lastAtMs = facts.observed.atMs.at(-1) ?? 0;
  if (lastAtMs - keptForMs(facts) < facts.load.endedAtMs)
    return lacking(check, 'inconclusive', `${summary}: the last numbers may be a copy from before the load's end`);
  if (signal.movedBy === 'running-debates' && !debatesEnded(facts)) {
    return lacking(check, 'inconclusive', `${summary}: some of the load's debates may still run`);
  }
  return fact(check, false, { summary: `${summary}: what ended was not counted down` });
}

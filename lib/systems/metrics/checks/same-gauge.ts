/** Both guides have a gauge of "currently running debates", each under a name of its own: they have to show the same. */
import type { Finding } from '../../../core/finding.ts';
import { countText, digitsText, plural } from '../../../core/numbers.ts';
import { lacking, openByOthers, property, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { MetricSignal, MetricSignals } from '../signals.ts';
import { debatesCreated } from './clients.ts';
import { infoOfMetric, type MetricCheck, type MetricFacts, scrapeText, shortName } from './facts.ts';
import { gaugeValues } from './gauge-values.ts';
import { movementOf } from './moves.ts';
import { familyOf, locationOf } from './series.ts';

/** One check for each further name. */
export function sameGaugeChecks({ metrics }: MetricSignals): MetricCheck[] {
  const [first, ...others] = metrics.filter(({ movedBy }) => movedBy === 'running-debates');
  if (first === undefined) return [];
  return others.map((other) => {
    const info = infoOfMetric(other, {
      what: 'agrees',
      subject: `shows the same as ${first.name}`,
      proves: `shows as many running debates as ${first.name}, at each scrape.`,
      relates: [first.name],
    });
    return checkOf(info, (check, facts) => judgeSame(check, [first, other], facts));
  });
}

/** A server may count up and down under the one name before the other, so what begins or ends within this time may differ. */
const APART_SEC = 0.05;
/** So many scrapes, and such a share of them, may differ by more. */
const [FEW, SHARE] = [2, 0.2];

function judgeSame(check: CheckInfo, both: readonly [MetricSignal, MetricSignal], facts: MetricFacts): Finding {
  const { observed, contract, load } = facts;
  const [one, other] = both.map(({ name }) => locationOf(contract, name).name);
  if (one === other) return unasked(check, `this release keeps both as ${one}`);
  const missing = [one, other].find((name) => familyOf(observed, name ?? '') === undefined);
  if (missing !== undefined) return lacking(check, 'no-data', `${missing} is not exposed`);
  const wrong = both.find((signal) => movementOf(signal, facts).some(({ status }) => status === 'fail'));
  if (wrong !== undefined) return lacking(check, 'inconclusive', `${shortName(wrong)} is wrong by itself`);
  const values = both.map((signal) => gaugeValues(signal, facts));
  const perSec = (2000 * debatesCreated(facts)) / Math.max(1, load.endedAtMs - load.startedAtMs);
  const allowed = 1 + APART_SEC * perSec;
  const rows = observed.atMs.flatMap((_, scrape) => {
    const [a, b] = values.map((row) => row[scrape] ?? null);
    return typeof a !== 'number' || typeof b !== 'number' || facts.repeats.has(scrape) ? [] : [{ scrape, a, b }];
  });
  // Not `> allowed`: NaN is not more.
  const bad = rows.filter(({ a, b }) => !(Math.abs(a - b) <= allowed));
  const evidence = bad.slice(0, 3).map(({ scrape, a, b }) => ({
    label: scrapeText(observed, scrape),
    value: `${one} ${a}, ${other} ${b}`,
  }));
  const many = Math.max(FEW, SHARE * rows.length);
  if (bad.length === 0 || (bad.length > many && facts.exclusive))
    return property(check, {
      samples: rows.length,
      bad: bad.length,
      summary:
        bad.length === 0
          ? `the same in ${plural(rows.length, 'scrape')}, but for ${digitsText(allowed, 2)} at most`
          : `they differ by more than ${digitsText(allowed, 2)} in ${countText(bad.length)} of ${plural(rows.length, 'scrape')}`,
      evidence,
    });
  const summary = `they differ in ${countText(bad.length)} of ${plural(rows.length, 'scrape')}`;
  return facts.exclusive
    ? lacking(check, 'inconclusive', `${summary}: debates may have begun just then`, evidence)
    : openByOthers(check, `${summary}: debates of others may have begun just then`, evidence);
}

/** Whether the metrics that count calls of agents have them by the same providers: a call that is timed is a call of its provider. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { above, boundsOf } from '../../bounds.ts';
import { lacking, property } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { MetricSignal, MetricSignals } from '../signals.ts';
import { isFailedCall } from './agent-calls.ts';
import { uncountable } from './countable.ts';
import { infoOfMetric, type MetricCheck, type MetricFacts } from './facts.ts';
import { increaseOf, locationOf, seriesOf } from './series.ts';

const LABEL = 'provider';

export function providerChecks({ metrics }: MetricSignals): MetricCheck[] {
  const byProvider = metrics.filter(
    ({ counts, labels }) => counts === 'agent-messages' && labels.some(({ names }) => names.includes(LABEL)),
  );
  const counter = byProvider.find(({ type }) => type === 'counter');
  const histogram = byProvider.find(({ type }) => type === 'histogram');
  if (counter === undefined || histogram === undefined) return [];
  const info = {
    ...infoOfMetric(histogram, {
      what: 'providers',
      subject: `has the providers of ${counter.name}`,
      proves: `times the calls of each provider that ${counter.name} counts, and of no other.`,
      relates: [counter.name],
    }),
    bounds: boundsOf([counter.name, histogram.name], above('metrics', 'labels')),
  };
  return [checkOf(info, (check, facts) => judgeProviders(check, facts, { counter, histogram }))];
}

interface Calls {
  readonly all: number;
  readonly failed: number;
}

function judgeProviders(
  check: CheckInfo,
  facts: MetricFacts,
  { counter, histogram }: Readonly<Record<'counter' | 'histogram', MetricSignal>>,
): Finding {
  const obstacle =
    uncountable(facts, counter.name, '', [LABEL]) ?? uncountable(facts, histogram.name, '_count', [LABEL]);
  if (obstacle !== null) return lacking(check, obstacle.status, obstacle.summary);
  const [counted, timed] = [callsBy(facts, counter.name, ''), callsBy(facts, histogram.name, '_count')];
  const sum = (calls: ReadonlyMap<string, Calls>) => [...calls.values()].reduce((total, { all }) => total + all, 0);
  if (sum(counted) + sum(timed) === 0) return lacking(check, 'no-data', 'no call was counted during the load');
  const failed = [...counted.values()].reduce((total, one) => total + one.failed, 0);
  if (sum(timed) > sum(counted) || sum(timed) < sum(counted) - failed)
    return lacking(
      check,
      'inconclusive',
      `${countText(sum(counted))} calls were counted, and ${countText(sum(timed))} were timed`,
    );
  const providers = [...new Set([...counted.keys(), ...timed.keys()])].sort();
  const bad = providers.filter((provider) => {
    const [calls, times] = [counted.get(provider) ?? NONE, timed.get(provider) ?? NONE];
    return times.all > calls.all || times.all < calls.all - calls.failed;
  });
  if (bad.length > 0 && !facts.observed.settled)
    return lacking(check, 'inconclusive', 'they differ, and the numbers were still changing');
  return property(check, {
    samples: providers.length,
    bad: bad.length,
    summary:
      bad.length === 0
        ? `the same calls of ${plural(providers.length, 'provider')}`
        : `the calls of ${countText(bad.length)} of ${plural(providers.length, 'provider')} differ`,
    evidence: (bad.length === 0 ? providers : bad).slice(0, 4).map((provider) => ({
      label: provider,
      value: `${countText(counted.get(provider)?.all ?? 0)} counted, ${countText(timed.get(provider)?.all ?? 0)} timed`,
    })),
  });
}

const NONE: Calls = { all: 0, failed: 0 };

/** Over the run, for each provider. */
function callsBy({ observed, contract }: MetricFacts, name: string, suffix: string): ReadonlyMap<string, Calls> {
  const calls = new Map<string, Calls>();
  for (const series of seriesOf(observed, locationOf(contract, name), suffix)) {
    const provider = series.labels[LABEL] ?? '';
    const { all, failed } = calls.get(provider) ?? NONE;
    const more = increaseOf(series, observed.atMs.length);
    if (more > 0) calls.set(provider, { all: all + more, failed: failed + (isFailedCall(series) ? more : 0) });
  }
  return calls;
}

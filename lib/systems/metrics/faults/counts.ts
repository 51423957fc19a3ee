/**
 * Owns how what is counted goes wrong: requests lost, counted twice, timed in the wrong unit, filed under the wrong status.
 * Refuses to know expositions (exposition-faults.ts).
 */

import type { Leaks } from '../../../target/leaks.ts';
import type { Metrics } from '../../../target/metrics.ts';
import { everyNth, only, type TelemetryFault } from '../../../target/telemetry-behaviour.ts';
import { expositionEditor } from './exposition.ts';

export function faultyMetrics(metrics: Metrics, faults: readonly TelemetryFault[], leaks: Leaks): Metrics {
  const edit = expositionEditor(faults);
  return {
    ...faultyCounts(metrics, faults),
    exposition: async () => {
      const right = await metrics.exposition();
      const leaked = {
        ...right,
        body:
          right.body +
          leaks
            .metricLines()
            .map((line) => `${line}\n`)
            .join(''),
      };
      return edit === undefined ? leaked : edit(leaked);
    },
  };
}

function faultyCounts(metrics: Metrics, faults: readonly TelemetryFault[]): Metrics {
  const factorOf = (what: 'requests' | 'agents' | 'debates') =>
    only(faults, 'seconds-times').reduce((product, { of, factor }) => (of === what ? product * factor : product), 1);
  const [factor, ofAgents, ofDebates] = [factorOf('requests'), factorOf('agents'), factorOf('debates')];
  const [lost] = only(faults, 'requests-lost');
  const times = only(faults, 'requests-repeated').reduce((product, { times }) => product * times, 1);
  const errorsAreOk = only(faults, 'errors-as-ok').length > 0;
  const isLost = everyNth(lost?.every);
  return {
    ...metrics,
    agentCall: (agent, provider, status, seconds) => metrics.agentCall(agent, provider, status, seconds * ofAgents),
    debateEnded: (end) => metrics.debateEnded({ ...end, seconds: end.seconds * ofDebates }),
    request: (method, endpoint, status, seconds, counts = BOTH) => {
      const spared = isLost() ? lost?.from : undefined;
      if (spared === 'both') return;
      const both = {
        counter: counts.counter && spared !== 'counter',
        histogram: counts.histogram && spared !== 'histogram',
      };
      const told = errorsAreOk && status >= 500 ? 200 : status;
      for (let time = 0; time < times; time++) metrics.request(method, endpoint, told, seconds * factor, both);
    },
  };
}

const BOTH = { counter: true, histogram: true } as const;

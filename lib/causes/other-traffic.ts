/** Others call the server while the load runs: it counts requests to paths that the load never asks. */
import { countText, plural } from '../core/numbers.ts';
import type { JudgeInput } from '../core/run.ts';
import { promisesOf } from '../core/telemetry-plan.ts';
import { evidenceOf } from '../systems/evidence.ts';
import { factsOf } from '../systems/metrics/checks/facts.ts';
import { reconciled, type Stray, strays } from '../systems/metrics/checks/rows.ts';
import type { MetricsObservation } from '../systems/metrics/observation.ts';
import type { MetricPromises } from '../systems/metrics/signals.ts';
import type { KnownCause } from './known.ts';

/** Fewer do not spoil a comparison. */
const LEAST_REQUESTS = 20;
const SHOWN = 4;

export const otherTraffic: KnownCause = {
  id: 'other-traffic',
  look: ({ input, findings }) => {
    const asked = [...strangeRequests(input)].sort((a, b) => b.count - a.count);
    const all = asked.reduce((sum, { count }) => sum + count, 0);
    if (all < LEAST_REQUESTS) return undefined;
    const paths = asked.slice(0, SHOWN).map(({ series: { labels }, count }) => {
      return `${labels['method'] ?? ''} ${labels['endpoint'] ?? ''} ×${countText(count)}`;
    });
    const open = findings.filter(({ undecidedBy }) => undecidedBy === 'others');
    return {
      summary: `others call the server while the load runs: it counts ${plural(all, 'request')} to paths that the load does not ask`,
      evidence: [{ label: 'requests of others', value: paths.join(', ') }],
      explains: open.map(({ id }) => id),
      advice: 'keep others away from the server during the test, or test a server that nobody else uses',
    };
  },
};

/**
 * [] where some of the load's own requests are not counted where they belong: they may then be among these. What has no path for a name is
 * the server's own grouping.
 */
function strangeRequests(input: JudgeInput): Stray[] {
  const { telemetry } = input.plan;
  const observed = evidenceOf<MetricsObservation>(input.observations, 'metrics');
  if (telemetry?.systems['metrics'] === undefined || telemetry.exclusive || observed?.status !== 'collected') return [];
  const promises = promisesOf<MetricPromises>(telemetry, 'metrics');
  const facts = factsOf(input, { promises, sources: [observed.source], exclusive: true });
  if (reconciled(facts).some(({ lost }) => lost > 0)) return [];
  return strays(facts).filter(({ series: { labels } }) => (labels['endpoint'] ?? '').startsWith('/'));
}

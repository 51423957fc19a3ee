/** What a judged run at one rate means for a capacity search: its result, the reason, and its latencies. */
import { overallPercentileUs } from '../../reports/latency.ts';
import { endpointTotals, loadTotals, ordered } from '../../reports/summary.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { Finding } from '../core/finding.ts';
import { mostCpuShare, mostLateness } from '../core/generators.ts';
import { limitsUsByEndpoint } from '../core/limits.ts';
import type { RunFacts } from '../core/run.ts';
import { generatorFitness } from '../judge/generator.ts';
import type { CapacityStep, StepLatency, StepResult } from './model/facts.ts';

/** `asked`: the rate in HTTP arrivals a second, the whole step's duration, the time for which it was measured, and the folder of its run. */
export function capacityStep(
  facts: RunFacts,
  asked: Pick<CapacityStep, 'ratePerSec' | 'tookSec' | 'measuredSec' | 'folder'>,
): CapacityStep {
  const { load, recording, plan } = facts;
  const result = resultOf(facts);
  const late = mostLateness(load.generators);
  const gating = ordered(facts.verdict.findings.filter((finding) => finding.gating));
  const measured = Object.keys(limitsUsByEndpoint(plan.objectives)) as Endpoint[];
  return {
    ...asked,
    result,
    why: facts.verdict.headline,
    broke: gating.filter(isBroken(result)).map(({ id, subject, summary }) => ({ id, subject, summary })),
    latencies: measured.flatMap((endpoint) => latencyOf(endpoint, recording.endpoints.get(endpoint))),
    generatorCpuShare: mostCpuShare(load.generators),
    lateP99Ms: late === null ? null : late.p99 / 1000,
    dropped: loadTotals(load).dropped,
  };
}

/** What an overloaded generator did is never the server's fault: the judge accuses nobody then, and the step says nothing. */
function resultOf({ verdict, load }: RunFacts): StepResult {
  if (verdict.outcome === 'conforms') return 'holds';
  if (verdict.outcome === 'breaches') return 'breaks';
  const generator = verdict.findings.find(({ id }) => id === 'load.generator');
  const isFit = generator?.status === 'pass' && generatorFitness(load.generators).kind === 'fit';
  return isFit && load.reason.kind === 'finished' ? 'undecided' : 'unfit';
}

function isBroken(result: StepResult): (finding: Finding) => boolean {
  return ({ status }) => (result === 'breaks' ? status === 'fail' : status !== 'pass');
}

function latencyOf(
  endpoint: Endpoint,
  recording: Parameters<typeof overallPercentileUs>[0] | undefined,
): StepLatency[] {
  if (recording === undefined) return [];
  const ms = (percentile: number): number | null => {
    const us = overallPercentileUs(recording, percentile);
    return typeof us === 'number' ? us / 1000 : null;
  };
  return [{ endpoint, samples: endpointTotals(recording).samples, p50Ms: ms(50), p95Ms: ms(95), p99Ms: ms(99) }];
}

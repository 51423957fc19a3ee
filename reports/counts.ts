/** Why the counts of a run differ: what was planned, what arrived, and what was measured of it. */
import { type Endpoint, endpointsOf, type JourneyEndpoint, START_LATENESS } from '../lib/core/endpoint.ts';
import { countText, plural } from '../lib/core/numbers.ts';
import type { RunFacts } from '../lib/core/run.ts';
import { plannedJourneys } from '../lib/core/timeline.ts';
import { endpointTotals, loadTotals, totalSamples } from './summary.ts';

/** The finding whose samples are the arrivals that the plan has, without sockets. */
const DELIVERED = 'load.delivered';

/** A sentence for each difference between planned, offered and delivered arrivals, and samples. */
export function countSentences(facts: RunFacts): string[] {
  const { load, verdict } = facts;
  const { offered, delivered, dropped } = loadTotals(load);
  const sockets = load.journeys.reduce((sum, one) => sum + (isOfSockets(facts, one.journey) ? one.offered : 0), 0);
  const planned = verdict.findings.find(({ id }) => id === DELIVERED)?.samples ?? 0;
  const extra = offered - sockets - planned;
  const samples = totalSamples(facts);
  return [
    ...(sockets === 0
      ? []
      : [`Of the ${countText(offered)} arrivals, ${countText(sockets)} are sockets, which all arrive at the start.`]),
    ...(load.reason.kind === 'finished' && planned > 0 && extra > 0 && extra <= stepsOf(facts)
      ? [
          `The plan has ${plural(planned, 'other arrival')}; ${countText(extra)} more came, because the engine may fit one more into a step.`,
        ]
      : []),
    ...(offered === delivered
      ? []
      : [
          `${plural(offered - delivered, 'arrival')} did not come to an end: ${countText(dropped)} dropped, ${countText(offered - delivered - dropped)} cut off or never started.`,
        ]),
    ...(samples === delivered + dropped || samples === 0
      ? []
      : [
          `They gave ${plural(samples, 'sample')}: one arrival can be measured several times. A debate has its creation, its first answer and its events, and a socket has samples as long as it is open.`,
        ]),
  ];
}

/** The engine fits at most one more arrival into each. */
function stepsOf({ plan }: RunFacts): number {
  return plannedJourneys(plan).reduce((sum, one) => sum + (one.kind === 'sockets' ? 0 : one.steps.length), 0);
}

function isOfSockets({ plan }: RunFacts, journey: string): boolean {
  return plannedJourneys(plan).some(({ name, kind }) => name === journey && kind === 'sockets');
}

export interface SampleCount {
  readonly endpoint: Endpoint;
  readonly samples: number;
  /** When there is one. */
  readonly owed: string;
}

/** What the samples of a run are about, in the order of the reports. Endpoints without any are left out. */
export function sampleCounts(facts: RunFacts): readonly SampleCount[] {
  const described = endpointsOf(plannedJourneys(facts.plan));
  const rest = [...facts.recording.endpoints.keys()].filter((name) => !described.some((one) => one.name === name));
  return [...described.map(({ name }) => name), ...rest].flatMap((name) => {
    const recording = facts.recording.endpoints.get(name);
    if (recording === undefined || name === START_LATENESS) return [];
    const { samples } = endpointTotals(recording);
    const owed = owedText(described.find((one) => one.name === name));
    return samples === 0 ? [] : [{ endpoint: name, samples, owed }];
  });
}

function owedText(endpoint: JourneyEndpoint | undefined): string {
  switch (endpoint?.owed.by) {
    case 'arrival':
      return 'one for each arrival of its journey';
    case 'second':
      return 'one for each socket and second';
    case 'nobody':
    case undefined:
      return 'one each time that it happened';
  }
}

/** The server has documented telemetry under other names: those of a known release, or those that the plan's contract knows. */
import { CONTRACTS } from '../../thresholds/contracts.ts';
import type { Evidence } from '../core/finding.ts';
import { countText } from '../core/numbers.ts';
import type { JudgeInput } from '../core/run.ts';
import { evidenceOf } from '../systems/evidence.ts';
import { shortName } from '../systems/metrics/checks/facts.ts';
import { namedMetrics } from '../systems/metrics/names.ts';
import type { MetricsObservation } from '../systems/metrics/observation.ts';
import type { TracesObservation } from '../systems/traces/observation.ts';
import { tracePromises } from '../systems/traces/promises.ts';
import type { CauseFacts, KnownCause } from './known.ts';

/** One name is a detail of its own finding. */
const LEAST_NAMES = 2;
const SHOWN = 4;

/** A documented signal that is there under another name. */
interface Renamed {
  /** Of its finding. */
  readonly id: string;
  readonly documented: string;
  readonly name: string;
}

export const otherNames: KnownCause = {
  id: 'other-names',
  look: (facts) => {
    const { plan } = facts.input;
    const [best] = [plan.contract, ...Object.keys(CONTRACTS)]
      .map((contract) => ({ contract, renamed: renamedUnder(contract, facts) }))
      .sort((a, b) => b.renamed.length - a.renamed.length);
    if (best === undefined || best.renamed.length < LEAST_NAMES) return undefined;
    const { contract, renamed } = best;
    const more = renamed.length > SHOWN ? `, and ${countText(renamed.length - SHOWN)} more` : '';
    const names = renamed.slice(0, SHOWN).map(({ documented, name }) => `${documented} is ${name}`);
    const evidence: Evidence = { label: 'names', value: names.join(', ') + more };
    const isOther = contract !== plan.contract;
    return {
      summary: `the server has other names than the documents for ${countText(renamed.length)} metrics and spans${isOther ? `: those of "${contract}"` : ''}`,
      evidence: [evidence],
      explains: renamed.map(({ id }) => id),
      advice: isOther
        ? `judge it by the names of its release: --contract ${contract} --profile ${profileOf(contract)}`
        : 'give them their documented names in the server, or accept these findings until it has them (docs/gate.md)',
    };
  },
};

function profileOf(contract: string): string {
  return Object.values(CONTRACTS).find(({ name }) => name === contract)?.profile ?? 'smoke';
}

function renamedUnder(contract: string, { input, findings }: CauseFacts): Renamed[] {
  const failing = new Set(findings.flatMap(({ id, status }) => (status === 'fail' ? [id] : [])));
  return [...metricsUnder(contract, input), ...spansUnder(contract, input)].filter(({ id }) => failing.has(id));
}

function metricsUnder(contract: string, { observations }: JudgeInput): Renamed[] {
  const observed = evidenceOf<MetricsObservation>(observations, 'metrics');
  if (observed?.status !== 'collected') return [];
  return namedMetrics(contract, observed.families).flatMap(({ signal, name, isThere }) => {
    const isRenamed = isThere && name !== signal.name;
    return isRenamed ? [{ id: `metrics.${shortName(signal)}.present`, documented: signal.name, name }] : [];
  });
}

function spansUnder(contract: string, { observations }: JudgeInput): Renamed[] {
  const observed = evidenceOf<TracesObservation>(observations, 'traces');
  if (observed?.status !== 'collected') return [];
  const seen = Object.keys(observed.spanNames);
  return (tracePromises(contract).mapping?.renames ?? []).flatMap(({ signal, pattern }) => {
    const name = seen.find((one) => new RegExp(`^(?:${pattern})$`).test(one));
    return name === undefined ? [] : [{ id: `traces.spans.${signal}.present`, documented: signal, name }];
  });
}

/** A recorded run judged by another contract than it was made with, as far as its evidence reaches. */
import { type LoadedContract, loadContract } from '../config/contract.ts';
import { SloError } from '../core/error.ts';
import { contractText } from '../core/own-names.ts';
import type { Plan } from '../core/plan.ts';
import type { JudgeInput } from '../core/run.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import { evidenceOf } from '../systems/evidence.ts';
import { SYSTEMS } from '../systems/index.ts';
import { familyOf } from '../systems/metrics/checks/series.ts';
import type { MetricsObservation } from '../systems/metrics/observation.ts';

/** The log itself is not kept: its fields were counted by the names that the run was made with. */
const COUNTED_BY_NAME = 'logs';

/** @param named a contract, or a file of own names. @throws SloError as `loadContract`, and `usage` for metrics whose values the run has not. */
export function underNames(run: JudgeInput, named: string): Plan {
  const { plan, observations } = run;
  const { telemetry } = plan;
  const judgedBy = loadContract(named);
  const { contract, ownNames } = judgedBy;
  expectValues(evidenceOf<MetricsObservation>(observations, 'metrics'), judgedBy);
  const { ownNames: own, ...rest } = plan;
  const notes = [
    ...(plan.notes ?? []),
    `judged by the contract ${contractText(judgedBy)}, and the run was made with ${contractText(plan)}`,
    ...(JSON.stringify(ownNames?.logs) === JSON.stringify(own?.logs)
      ? []
      : ['its log was read with the names of fields that the run was made with: another run is needed for others']),
  ];
  const renamed = telemetry === undefined ? {} : { telemetry: promisedBy(telemetry, judgedBy) };
  return { ...rest, contract, ...(ownNames === undefined ? {} : { ownNames }), ...renamed, notes };
}

function promisedBy(telemetry: TelemetryPlan, { contract, ownNames }: LoadedContract): TelemetryPlan {
  const systems = Object.entries(telemetry.systems).map(([id, planned]) => {
    const system = SYSTEMS.find((one) => one.id === id);
    if (system === undefined || id === COUNTED_BY_NAME) return [id, planned] as const;
    return [id, { ...planned, promises: system.promises(contract, ownNames) }] as const;
  });
  return { ...telemetry, systems: Object.fromEntries(systems) };
}

/** Of a metric that nobody knew, only the name was kept. To judge it by no values would accuse the server. */
function expectValues(observed: MetricsObservation | undefined, { ownNames }: LoadedContract): void {
  if (observed?.status !== 'collected') return;
  const unrecorded = Object.values(ownNames?.metrics ?? {}).flatMap(({ name }) => {
    const { seriesCount = 0, series = [] } = familyOf(observed, name) ?? {};
    return seriesCount > 0 && series.length === 0 ? [name] : [];
  });
  if (unrecorded.length === 0) return;
  throw new SloError('usage', `the run did not record the values of ${unrecorded.join(', ')}`, {
    hint: `make another run with --contract ${ownNames?.file ?? ''}: it records them`,
  });
}

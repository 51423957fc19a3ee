/** The table of evidence of everything that is documented: what all checks together bound. The list of signals is what the documents promise. */
import { documentedObjectives } from '../../thresholds/slos.ts';
import type { SignalInfo } from '../core/coverage.ts';
import { JOURNEYS } from '../journeys/index.ts';
import { FAULT_CHECKS, LOAD_CHECKS, objectiveCheck } from '../judge/checks.ts';
import { coveredByClients } from '../judge/clients-get.ts';
import { systemChecks } from '../run/telemetry-plan.ts';
import {
  type CoverageRow,
  coverageRows,
  isBounded,
  openSides,
  reasonFor,
  type Unbounded,
} from '../systems/coverage.ts';
import { SYSTEMS } from '../systems/index.ts';
import type { CheckInfo } from '../systems/system.ts';

/** Of the documented objectives, the load, and every system with all of its backends. */
export function knownChecks(): CheckInfo[] {
  return [
    ...documentedObjectives().map(objectiveCheck),
    ...LOAD_CHECKS,
    ...FAULT_CHECKS,
    ...systemChecks('documented'),
  ];
}

export function documentedRows(): CoverageRow[] {
  return coverageRows(documentedSignals(), knownChecks());
}

export function documentedCoverage() {
  const unbounded: Unbounded[] = SYSTEMS.flatMap((system) => system.unbounded ?? []);
  return documentedRows().map((row) => {
    const { signal, aspect, sides } = row;
    const known = isBounded(row) ? undefined : reasonFor(row, unbounded);
    return {
      ...{ system: signal.system, signal: signal.name, kind: signal.kind, aspect, sides, open: openSides(row) },
      ...(known === undefined ? {} : { because: known.because, reason: known.reason }),
    };
  });
}

function documentedSignals(): SignalInfo[] {
  const ofSystems = SYSTEMS.flatMap((system) => system.signals?.(system.promises('documented')) ?? []);
  return [...ofSystems, ...coveredByClients(JOURNEYS, documentedObjectives())];
}

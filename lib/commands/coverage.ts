/** The table of evidence of everything that is documented: what every check together bounds. The list of signals is the release's contract. */
import { documentedObjectives } from '../../thresholds/slos.ts';
import type { SignalInfo } from '../core/coverage.ts';
import { coveredByClients } from '../judge/clients-get.ts';
import { JOURNEYS } from '../journeys/index.ts';
import { type CoverageRow, coverageRows, type Unbounded } from '../systems/coverage.ts';
import { SYSTEMS } from '../systems/index.ts';
import type { CheckInfo } from '../systems/system.ts';

export function documentedSignals(): SignalInfo[] {
  const ofSystems = SYSTEMS.flatMap((system) => system.signals?.(system.promises('documented')) ?? []);
  return [...ofSystems, ...coveredByClients(JOURNEYS, documentedObjectives())];
}

export function documentedCoverage(checks: readonly CheckInfo[]): CoverageRow[] {
  return coverageRows(documentedSignals(), checks);
}

export function knownReasons(): Unbounded[] {
  return SYSTEMS.flatMap(({ unbounded = [] }) => unbounded);
}

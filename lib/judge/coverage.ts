/** How far the evidence of one run reached: only a check that passed or failed has bounded something. */
import type { Coverage, OpenAspect, SignalInfo } from '../core/coverage.ts';
import type { Finding } from '../core/finding.ts';
import type { JudgeInput } from '../core/run.ts';
import { plannedJourneys } from '../core/timeline.ts';
import {
  type CoverageRow,
  coverageRows,
  isBounded,
  openSides,
  reasonFor,
  type Unbounded,
} from '../systems/coverage.ts';
import type { CheckInfo, System } from '../systems/system.ts';
import { objectiveCheck } from './checks.ts';
import { coveredByClients } from './clients-get.ts';
import { lookedAt } from './looked-at.ts';

export function coverageOfRun(
  input: JudgeInput,
  systems: readonly System[],
  findings: readonly Finding[],
): Coverage | null {
  const { telemetry, objectives } = input.plan;
  if (telemetry === undefined) return null;
  const looked = systems.flatMap((system) => {
    if (telemetry.systems[system.id] === undefined) return [];
    const at = lookedAt(system, telemetry, input.observations);
    return [{ system, signals: system.signals?.(at.promises) ?? [], checks: system.checks(at) }];
  });
  const checks = [...objectives.map(objectiveCheck), ...looked.flatMap((one) => one.checks)];
  const signals = [
    ...looked.flatMap((one) => one.signals),
    ...coveredByClients(plannedJourneys(input.plan), objectives),
  ];
  const unbounded = looked.flatMap(({ system }) => system.unbounded ?? []);
  return counted(signals, { checks, findings, unbounded });
}

interface Known {
  readonly checks: readonly CheckInfo[];
  readonly findings: readonly Finding[];
  readonly unbounded: readonly Unbounded[];
}

function counted(signals: readonly SignalInfo[], { checks, findings, unbounded }: Known): Coverage {
  const decided = new Set(findings.flatMap(({ id, status }) => (status === 'pass' || status === 'fail' ? [id] : [])));
  const rows = coverageRows(
    signals,
    checks.filter(({ id }) => decided.has(id)),
  );
  const all = coverageRows(signals, checks);
  const [open, notPromised]: [OpenAspect[], OpenAspect[]] = [[], []];
  for (const [at, row] of rows.entries()) {
    if (isBounded(row)) continue;
    const possible = all[at] ?? row;
    const known = isBounded(possible) ? undefined : reasonFor(row, unbounded);
    const reason = known?.reason ?? undecidedIn(possible, findings);
    const { signal, aspect } = row;
    const one = { system: signal.system, signal: signal.name, aspect, sides: openSides(row), reason };
    (known?.because === 'not-promised' ? notPromised : open).push(one);
  }
  const aspects = rows.length - notPromised.length;
  return { aspects, bounded: aspects - open.length, open, notPromised };
}

/** What the checks that could have bounded it say. */
function undecidedIn(row: CoverageRow, findings: readonly Finding[]): string {
  const ids = new Set(row.sides.flatMap(({ by }) => by.map(({ check }) => check)));
  const found = findings.find(({ id, status }) => ids.has(id) && status !== 'pass' && status !== 'fail');
  return found === undefined || !isBounded(row) ? 'no check looks at it' : `${found.id}: ${found.summary}`;
}

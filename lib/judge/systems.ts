/** The observed systems' part of the verdict: the findings of every system that the plan looks at, and what reports show of the systems. */
import type { Comparison } from '../core/comparison.ts';
import { isBetween, isOfServer } from '../core/fault.ts';
import type { Finding } from '../core/finding.ts';
import { isNamedBy } from '../core/plan.ts';
import type { JudgeInput } from '../core/run.ts';
import { leavesTelemetry } from '../core/server-fault.ts';
import { type TelemetryPlan, unsourcedSystems } from '../core/telemetry-plan.ts';
import { hasFaults } from '../core/timeline.ts';
import type { JudgedSystem } from '../core/verdict.ts';
import { judgeCheck } from '../systems/evidence.ts';
import { lacking, unasked } from '../systems/finding.ts';
import type { Check, CheckInfo, System } from '../systems/system.ts';
import { unclearFacts, undecidedBy } from './in-front.ts';
import { lookedAt } from './looked-at.ts';

/** [] when the plan does not ask for telemetry; otherwise always the same ids, with or without evidence. */
export function judgeSystems(input: JudgeInput, systems: readonly System[]): Finding[] {
  const findings = judgedBy(input, systems);
  const unclear = unclearFacts(input, systems);
  if (unclear === null) return findings;
  const otherwise = judgedBy(unclear, systems);
  const isOpen = ({ status }: Finding, at: number): boolean => status === 'fail' && otherwise[at]?.status !== 'fail';
  return findings.map((finding, at) => (isOpen(finding, at) ? undecidedBy(finding, input) : finding));
}

function judgedBy(input: JudgeInput, systems: readonly System[]): Finding[] {
  const { telemetry } = input.plan;
  if (telemetry === undefined) return [];
  return Object.keys(telemetry.systems).flatMap((id) => {
    const system = systems.find((known) => known.id === id);
    if (system === undefined) return [unknownSystem(id)];
    const checks = system.checks(lookedAt(system, telemetry, input.observations));
    return checks.map((check) => {
      const broken = brokenBy(input, check, system);
      const finding = broken === null ? judgeCheck(check, input, systems) : unasked(check, broken);
      return { ...finding, gating: finding.gating && gates(telemetry, check) };
    });
  });
}

/**
 * Why what was broken on purpose leaves nothing for a check to decide; null: it can decide. What clients saw and what the server did is not the
 * same when something between them was broken. What reached the server is known all the same, as long as nothing but the layer broke anything,
 * and it counted to the end.
 */
function brokenBy({ plan, load }: JudgeInput, check: Check, { apartFromLoad }: System): string | null {
  if (!hasFaults(plan)) return null;
  const faults = plan.phases.flatMap((phase) => phase.faults);
  const untold = faults.filter(isOfServer).find((fault) => !leavesTelemetry(fault));
  if (untold !== undefined && apartFromLoad !== true && check.ofDocument !== true)
    return `the harness broke the server itself (${untold.kind}), and what it can't report because of that is no fault of its own`;
  const { bounds = [], besideClients, throughFaults } = check;
  if (besideClients !== true && bounds.every(({ witness }) => witness !== 'clients')) return null;
  if (throughFaults === true && faults.every(isBetween) && load.faults?.routes !== undefined) return null;
  return 'clients are its witness, and what was broken between them and the server is no fault of its own';
}

/** A check that needs a system without a source could never pass. */
function gates(telemetry: TelemetryPlan, { id, needs }: Check): boolean {
  const nowhere = unsourcedSystems(telemetry);
  return isNamedBy(telemetry.gates, id) && !needs.some((need) => nowhere.includes(need));
}

/** A program without the checks of a system can't show that its promises are kept. */
function unknownSystem(id: string): Finding {
  const info: CheckInfo = {
    id: `${id}.known`,
    subject: `system ${id}`,
    proves: `This program knows the system ${id}, which the run looked at.`,
    system: id,
    source: { document: 'aragora-slo', section: 'docs/verdict.md' },
    gating: true,
    needs: [],
    page: 'docs/verdict.md',
  };
  return lacking(info, 'unavailable', `the run looked at ${id}, but this program has no checks for it`);
}

/** Clients' figures beside the server's, for reports; null when no system that was looked at has any. */
export function compareWithServer(input: JudgeInput, systems: readonly System[]): Comparison | null {
  const { telemetry } = input.plan;
  if (telemetry === undefined) return null;
  for (const system of systems) {
    if (telemetry.systems[system.id] === undefined) continue;
    const comparison = system.compare?.(input, lookedAt(system, telemetry, input.observations)) ?? null;
    if (comparison !== null) return comparison;
  }
  return null;
}

/** As reports show them, in the order of the plan. */
export function judgedSystems({ plan, observations }: JudgeInput, systems: readonly System[]): JudgedSystem[] {
  return Object.keys(plan.telemetry?.systems ?? {}).map((id) => {
    const system = systems.find((known) => known.id === id);
    if (system === undefined) return { id, title: id, page: 'docs/verdict.md' };
    return { id, title: system.title, page: system.page, ...system.notes?.(observations) };
  });
}

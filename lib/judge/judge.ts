/**
 * The verdict: one finding for each objective and phase, those on the load, those on telemetry if the plan has it, the outcome, error
 * budgets, the headline, the documents' checklists. Pure: the same facts give the same verdict, offline too.
 */
import { causesOf } from '../causes/index.ts';
import { unreachable } from '../core/error.ts';
import type { Finding } from '../core/finding.ts';
import type { Objective, Plan } from '../core/plan.ts';
import type { JudgeInput } from '../core/run.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { expectedIn, plannedJourneys, plannedSec, timedPhases } from '../core/timeline.ts';
import { type ErrorBudget, exitCodeOf, type Outcome, outcomeOf, type Verdict } from '../core/verdict.ts';
import { learn } from '../journeys/index.ts';
import type { System } from '../systems/system.ts';
import { withAcceptances } from './acceptance.ts';
import { blindSpots } from './blindspots.ts';
import { withCauses } from './causes.ts';
import { judgeChecklist } from './checklist.ts';
import { type Context, contextOf } from './context.ts';
import { coverageOfRun } from './coverage.ts';
import { filingOf } from './filing.ts';
import { ofPhase } from './frame.ts';
import { headlineOf } from './headline.ts';
import { judgeLatency } from './latency.ts';
import { judgeLoad } from './load.ts';
import { type PhaseContext, phaseContexts } from './phases.ts';
import { allowedShareOf, judgeAvailability, judgeExternal, judgeUptime } from './promises.ts';
import { judgeProtocol } from './protocol.ts';
import { judgeExpectations } from './recovery.ts';
import { compareWithServer, judgedSystems, judgeSystems } from './systems.ts';

/** Judges a run, whole or interrupted. Never throws because of what a target did; missing evidence is `no-data` or `unavailable`. */
export function judge(input: JudgeInput, systems: readonly System[]): Verdict {
  // Those of a profile are known from the plan alone.
  const forget = learn(plannedJourneys(input.plan));
  try {
    return verdictOn(input, systems);
  } finally {
    forget();
  }
}

function verdictOn(input: JudgeInput, systems: readonly System[]): Verdict {
  const context = contextOf(input);
  const phases = phaseContexts(context);
  const accepted = input.otherAcceptances?.accepted ?? input.plan.accepted ?? [];
  const accepting = (judged: readonly Finding[]): Finding[] =>
    withAcceptances(judged, accepted, input.load.startedAtMs);
  const objectives = [...accepting(phases.flatMap(judgeObjectives)), ...judgeExpectations(context, phases)];
  const others = [...judgeLoad(context, phases, objectives), ...judgeSystems(input, systems)];
  const filing = filingOf(input, phases, systems);
  const findings = withCauses([...objectives, ...accepting(others)], filing);
  const outcome: Outcome = isInterrupted(input.load) ? 'interrupted' : outcomeOf(findings);
  const causes = causesOf({ input, findings, inputOf: filing.inputOf });
  return {
    schemaVersion: SCHEMA_VERSION,
    outcome,
    exitCode: exitCodeOf(outcome),
    headline: headlineOf(outcome, findings, { context, causes }),
    causes,
    findings,
    systems: judgedSystems(input, systems),
    errorBudgets: errorBudgets(context, findings),
    blindSpots: phases.flatMap((phase) => blindSpots(phase, findings, input.plan)),
    checklist: input.plan.telemetry === undefined ? [] : judgeChecklist(input.plan.telemetry, findings),
    comparison: compareWithServer(input, systems),
    coverage: coverageOfRun(input, systems, findings),
  };
}

function isInterrupted({ reason, evidenceInterruptedBy }: JudgeInput['load']): boolean {
  return reason.kind === 'interrupted' || evidenceInterruptedBy !== undefined;
}

function judgeObjectives(phase: PhaseContext): Finding[] {
  return phase.objectives.map((objective) => ofPhase(phase.name, judgeInPhase(phase, objective)));
}

/**
 * Sockets open when their phase begins, and some properties have samples only then: in a second that is left out. Good ones count all the
 * same, and bad ones, which may be of the phase before, leave it without data.
 */
function judgeInPhase({ context, opening }: PhaseContext, objective: Objective): Finding {
  const finding = judgeObjective(context, objective);
  if (opening === null || objective.kind !== 'protocol' || finding.samples > 0) return finding;
  const atOpening = judgeObjective(opening, objective);
  return atOpening.status === 'pass' ? atOpening : finding;
}

function judgeObjective(context: Context, objective: Objective): Finding {
  switch (objective.kind) {
    case 'latency':
      return judgeLatency(context, objective);
    case 'availability':
      return judgeAvailability(context, objective);
    case 'uptime':
      return judgeUptime(context, objective);
    case 'protocol':
      return judgeProtocol(context, objective);
    case 'external':
      return judgeExternal(context, objective);
    default:
      return unreachable(objective);
  }
}

/** A month of 30 days. */
const MONTH_MIN = 43_200;

function errorBudgets({ plan, load }: Context, findings: readonly Finding[]): ErrorBudget[] {
  const durationMin = Math.max(0, load.endedAtMs - load.startedAtMs) / 60_000;
  return plan.objectives.flatMap((objective): ErrorBudget[] => {
    if (objective.kind !== 'availability' && objective.kind !== 'uptime') return [];
    const its = findings.filter(({ id }) => id === objective.id);
    const [samples, bad] = [sum(its.map((finding) => finding.samples)), sum(its.map((finding) => finding.bad))];
    const allowed = allowedShareOf(objective);
    const share = samples === 0 ? null : bad / samples;
    const burnRate = share === null || allowed === 0 ? null : share / allowed;
    return [
      {
        objectiveId: objective.id,
        target: objective.target,
        monthlyBudgetMin: Number((allowed * MONTH_MIN).toPrecision(12)),
        burnRate,
        usedShare: burnRate === null ? null : (burnRate * durationMin * heldShare(plan, objective)) / MONTH_MIN,
      },
    ];
  });
}

/** The share of the run in which an objective applied, by the plan; 1 if it applied in every phase. */
function heldShare(plan: Plan, objective: Objective): number {
  const timed = timedPhases(plan);
  const held = timed.filter((phase) => expectedIn(phase, [objective]).length > 0);
  return held.length === timed.length
    ? 1
    : sum(held.map(({ startSec, endSec }) => endSec - startSec)) / plannedSec(plan);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

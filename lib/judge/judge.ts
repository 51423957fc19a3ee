/**
 * The verdict: one finding for each objective and phase, those on the load, those on telemetry if the plan has it, the outcome, error
 * budgets, the headline, the documents' checklists. Pure: the same facts give the same verdict, offline too.
 */
import { causesOf } from '../causes/index.ts';
import type { Cause } from '../core/cause.ts';
import { unreachable } from '../core/error.ts';
import { type Finding, OF_LOAD } from '../core/finding.ts';
import { plural } from '../core/numbers.ts';
import type { Objective, Plan } from '../core/plan.ts';
import type { JudgeInput } from '../core/run.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { unsourcedSystems } from '../core/telemetry-plan.ts';
import { expectedIn, inPhase, plannedSec, timedPhases } from '../core/timeline.ts';
import { type ErrorBudget, exitCodeOf, isOfServer, type Outcome, outcomeOf, type Verdict } from '../core/verdict.ts';
import type { System } from '../systems/system.ts';
import { withAcceptances } from './acceptance.ts';
import { blindSpots } from './blindspots.ts';
import { rootCauses, withCauses } from './causes.ts';
import { judgeChecklist } from './checklist.ts';
import { type Context, contextOf } from './context.ts';
import { coverageOfRun } from './coverage.ts';
import { filingOf } from './filing.ts';
import { ofPhase } from './frame.ts';
import { judgeLatency } from './latency.ts';
import { judgeLoad, loadSentence } from './load.ts';
import { type PhaseContext, phaseContexts } from './phases.ts';
import { allowedShareOf, judgeAvailability, judgeExternal, judgeUptime } from './promises.ts';
import { judgeProtocol } from './protocol.ts';
import { compareWithServer, judgedSystems, judgeSystems } from './systems.ts';

/** Judges a run, whole or interrupted. Never throws because of what a target did; missing evidence is `no-data` or `unavailable`. */
export function judge(input: JudgeInput, systems: readonly System[]): Verdict {
  const context = contextOf(input);
  const phases = phaseContexts(context);
  const accepting = (judged: readonly Finding[]): Finding[] =>
    withAcceptances(judged, input.plan.accepted ?? [], input.load.startedAtMs);
  const objectives = accepting(phases.flatMap(judgeObjectives));
  const others = [...judgeLoad(context, phases, objectives), ...judgeSystems(input, systems)];
  const filing = filingOf(input, phases, systems);
  const findings = withCauses([...objectives, ...accepting(others)], filing);
  const outcome: Outcome = isInterrupted(input.load) ? 'interrupted' : outcomeOf(findings);
  const causes = causesOf({ input, findings, inputOf: filing.inputOf });
  return {
    schemaVersion: SCHEMA_VERSION,
    outcome,
    exitCode: exitCodeOf(outcome),
    headline: [...firstOf(causes), headlineOf(outcome, findings, context), ...remarks(findings, input)].join('; '),
    causes,
    findings,
    systems: judgedSystems(input, systems),
    errorBudgets: errorBudgets(context, findings),
    blindSpots: phases.flatMap((phase) => blindSpots(phase, findings, input.plan)),
    checklist: judgeChecklist(input.plan.telemetry?.checklist ?? [], findings),
    comparison: compareWithServer(input, systems),
    coverage: coverageOfRun(input, systems, findings),
  };
}

function isInterrupted({ reason, evidenceInterruptedBy }: JudgeInput['load']): boolean {
  return reason.kind === 'interrupted' || evidenceInterruptedBy !== undefined;
}

function judgeObjectives({ name, context, objectives }: PhaseContext): Finding[] {
  return objectives.map((objective) => ofPhase(name, judgeObjective(context, objective)));
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

/** What is wrong comes before any count of what fails because of it. */
function firstOf([first]: readonly Cause[]): string[] {
  return first === undefined ? [] : [first.summary];
}

function headlineOf(outcome: Outcome, findings: readonly Finding[], context: Context): string {
  const gating = findings.filter((finding) => finding.gating);
  const failed = gating
    .filter((finding) => finding.status === 'fail')
    .sort((a, b) => (a.margin ?? -Infinity) - (b.margin ?? -Infinity));
  const open = gating.filter((finding) => finding.status !== 'pass' && finding.status !== 'fail');
  switch (outcome) {
    case 'conforms':
      return `all of ${plural(gating.length, 'gating finding')} pass`;
    case 'breaches':
      return `${breachText(gating)}; ${quoted('worst', rootCauses(failed)[0], context)}`;
    case 'inconclusive':
      if (!isOfServer(gating)) return 'nothing about the server gates, so nothing is proven';
      return `no gating finding fails, but ${open.length} of ${gating.length} do not have the evidence to pass${byThemselves(open)}; ${quoted('first', weightiest(rootCauses(open)), context)}`;
    case 'interrupted':
      return `${loadSentence(context)}${whileWaiting(context)}${failed.length > 0 ? `; ${plural(failed.length, 'gating finding')} had failed by then` : ''}`;
    default:
      return unreachable(outcome);
  }
}

function whileWaiting({ load: { evidenceInterruptedBy: signal } }: Pick<Context, 'load'>): string {
  return signal === undefined ? '' : `, and waiting for the last of the telemetry was interrupted by ${signal}`;
}

/** What fails by itself, and what fails or can't be judged because of it. */
function breachText(gating: readonly Finding[]): string {
  const failed = gating.filter(({ status }) => status === 'fail');
  const roots = rootCauses(failed);
  const ids = new Set(roots.map(({ id }) => id));
  const following = gating.filter(({ because }) => because !== undefined && ids.has(because));
  const fail = `${roots.length} of ${plural(gating.length, 'gating finding')} fail`;
  return following.length === 0 ? fail : `${fail}, and ${following.length} more follow from them`;
}

function byThemselves(open: readonly Finding[]): string {
  const following = open.length - rootCauses(open).length;
  return following === 0 ? '' : ` (${following} of them follow from others)`;
}

/** What the outcome alone would hide: accepted failures, and what nobody looked at. */
function remarks(findings: readonly Finding[], { plan, load }: JudgeInput): string[] {
  const count = (state: string): number => findings.filter(({ acceptance }) => acceptance?.state === state).length;
  const [accepted, expired, gone] = [count('accepted'), count('expired'), count('no-longer-occurs')];
  const unsourced = plan.telemetry === undefined ? [] : unsourcedSystems(plan.telemetry);
  return [
    ...(load.reason.kind === 'decided-early' ? [loadSentence({ load, plan })] : []),
    ...(accepted > 0 ? [`${plural(accepted, 'known deviation')} accepted`] : []),
    ...(expired > 0 ? [`${plural(expired, 'acceptance')} expired`] : []),
    ...(gone > 0 ? [`${plural(gone, 'accepted deviation')} no longer ${gone === 1 ? 'occurs' : 'occur'}`] : []),
    ...(plan.telemetry === undefined ? ['telemetry not looked at'] : []),
    ...(unsourced.length > 0 ? [`${unsourced.join(' and ')} not looked at: no source was named`] : []),
  ];
}

/** A load that went wrong explains the rest, so it comes first. */
function weightiest(open: readonly Finding[]): Finding | undefined {
  return open.find((finding) => finding.system === OF_LOAD) ?? open[0];
}

function quoted(word: string, finding: Finding | undefined, { plan }: Context): string {
  if (finding === undefined) return '';
  return `${word}: ${finding.subject}${inPhase(plan, finding.phase)}, ${finding.summary}`;
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

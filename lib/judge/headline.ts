/** The headline of a verdict: one sentence on why it is this outcome. It begins with the first cause, if the facts show one. */
import { explainsFailure } from '../causes/index.ts';
import type { Cause } from '../core/cause.ts';
import { unreachable } from '../core/error.ts';
import { type Finding, OF_LOAD } from '../core/finding.ts';
import { countText, plural } from '../core/numbers.ts';
import type { Plan } from '../core/plan.ts';
import type { JudgeInput, OtherAcceptances } from '../core/run.ts';
import { unsourcedSystems } from '../core/telemetry-plan.ts';
import { inPhase } from '../core/timeline.ts';
import { isOfServer, type Outcome, outcomeOf } from '../core/verdict.ts';
import { rootCauses } from './causes.ts';
import type { Context } from './context.ts';
import { loadSentence } from './load.ts';

interface Headed {
  readonly context: Context;
  readonly causes: readonly Cause[];
}

export function headlineOf(outcome: Outcome, findings: readonly Finding[], { context, causes }: Headed): string {
  const cause = firstOf(causes, findings);
  const parts = [...outcomeParts(outcome, findings, context), ...remarks(findings, context)];
  // The finding that is the cause's evidence has the same words.
  const others = parts.filter((part) => cause === undefined || !part.endsWith(`, ${cause.summary}`));
  return [...(cause === undefined ? [] : [cause.summary]), ...others].join('; ');
}

/** What is wrong comes before any count of what fails because of it. What only explains that something is undecided is not why it breaches. */
function firstOf([first]: readonly Cause[], findings: readonly Finding[]): Cause | undefined {
  const isBreach = outcomeOf(findings) === 'breaches';
  return first === undefined || (isBreach && !explainsFailure(first.explains, findings)) ? undefined : first;
}

function outcomeParts(outcome: Outcome, findings: readonly Finding[], context: Context): string[] {
  const gating = findings.filter((finding) => finding.gating);
  const failed = gating
    .filter((finding) => finding.status === 'fail')
    .sort((a, b) => (a.margin ?? -Infinity) - (b.margin ?? -Infinity));
  const open = gating.filter((finding) => finding.status !== 'pass' && finding.status !== 'fail');
  switch (outcome) {
    case 'conforms':
      return [`all of ${plural(gating.length, 'gating finding')} pass`];
    case 'breaches':
      return [breachText(gating), ...quoted('worst', rootCauses(failed)[0], context)];
    case 'inconclusive':
      if (!isOfServer(gating)) return ['nothing about the server gates, so nothing is proven'];
      return [
        `no gating finding fails, but ${open.length} of ${gating.length} do not have the evidence to pass${byThemselves(open)}`,
        ...quoted('first', weightiest(rootCauses(open)), context),
      ];
    case 'interrupted':
      return [
        loadSentence(context) + whileWaiting(context),
        ...(failed.length > 0 ? [`${plural(failed.length, 'gating finding')} had failed by then`] : []),
      ];
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
  return following.length === 0
    ? fail
    : `${fail}, and ${following.length} more ${following.length === 1 ? 'follows' : 'follow'} from ${roots.length === 1 ? 'it' : 'them'}`;
}

function byThemselves(open: readonly Finding[]): string {
  const following = open.length - rootCauses(open).length;
  return following === 0 ? '' : ` (${following} of them ${following === 1 ? 'follows' : 'follow'} from others)`;
}

/** What the outcome alone would hide: accepted failures, and what nobody looked at. */
function remarks(findings: readonly Finding[], { plan, load, otherAcceptances }: JudgeInput): string[] {
  const count = (state: string): number => findings.filter(({ acceptance }) => acceptance?.state === state).length;
  const [accepted, expired, gone] = [count('accepted'), count('expired'), count('no-longer-occurs')];
  const unsourced = plan.telemetry === undefined ? [] : unsourcedSystems(plan.telemetry);
  return [
    ...(load.reason.kind === 'decided-early' ? [loadSentence({ load, plan })] : []),
    ...(accepted > 0 ? [`${plural(accepted, 'known deviation')} accepted`] : []),
    ...(expired > 0 ? [`${plural(expired, 'acceptance')} expired`] : []),
    ...(gone > 0 ? [`${plural(gone, 'accepted deviation')} no longer ${gone === 1 ? 'occurs' : 'occur'}`] : []),
    ...(otherAcceptances === undefined ? [] : [otherListText(otherAcceptances, plan)]),
    ...(plan.telemetry === undefined ? ['telemetry not looked at'] : []),
    ...(unsourced.length > 0 ? [`${unsourced.join(' and ')} not looked at: no source was named`] : []),
  ];
}

function otherListText({ file }: OtherAcceptances, { accepted: own = [] }: Plan): string {
  const given = own.length === 0 ? '' : `, not by the ${countText(own.length)} that the run was given`;
  return `judged by the acceptances of ${file}${given}`;
}

/** A load that went wrong explains the rest, so it comes first. */
function weightiest(open: readonly Finding[]): Finding | undefined {
  return open.find((finding) => finding.system === OF_LOAD) ?? open[0];
}

function quoted(word: string, finding: Finding | undefined, { plan }: Context): string[] {
  if (finding === undefined) return [];
  return [`${word}: ${finding.subject}${inPhase(plan, finding.phase)}, ${finding.summary}`];
}

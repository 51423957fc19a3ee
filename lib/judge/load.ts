/** The findings on the load itself: whether it ran to its end, whether its generators were fit, whether it was sent as planned. All gate. */
import { endpointsOf, type JourneyEndpoint } from '../core/endpoint.ts';
import { leastOf } from '../core/extent.ts';
import type { Finding } from '../core/finding.ts';
import { loadEndText } from '../core/load-end.ts';
import { countText, percentText, plural } from '../core/numbers.ts';
import { journeyArrivals, type Plan } from '../core/plan.ts';
import type { JourneyLoad, LoadReason } from '../core/recording.ts';
import { hasFaults, inPhase, plannedJourneys } from '../core/timeline.ts';
import { findingOf } from '../systems/finding.ts';
import { COMPLETED, DELIVERED } from './checks.ts';
import type { Context } from './context.ts';
import { judgeFaults } from './faults.ts';
import { ofPhase } from './frame.ts';
import { judgeGenerator } from './generator.ts';
import { allowedShareOf as allowedLatencyShare, whySlowMayBeOurs } from './latency.ts';
import type { PhaseContext } from './phases.ts';
import { allowedShareOf as allowedFailureShare } from './promises.ts';
import { judgeRunners } from './runners.ts';

/** Of the whole run, and of each of its phases. `judged`: the findings of the objectives. They show whether late starts mattered to any. */
export function judgeLoad(whole: Context, phases: readonly PhaseContext[], judged: readonly Finding[]): Finding[] {
  const spoilt = phases.map((phase) => spoiltGating(phase, whole.plan, judged)).find((why) => why !== null) ?? null;
  return [
    judgeCompleted(whole, judged),
    judgeGenerator(whole.load.generators, whole.generator, spoilt),
    ...judgeRunners(whole),
    ...judgeFaults(whole, phases),
    ...phases
      .filter(({ context }) => plannedJourneys(context.plan).some(({ kind }) => kind === 'arrivals'))
      .map(({ name, context }) => ofPhase(name, judgeDelivered(context))),
  ];
}

/** What passed did so with the lateness included, so only what did not pass can have been spoilt. */
function spoiltGating(
  { name, context, objectives }: PhaseContext,
  plan: Plan,
  judged: readonly Finding[],
): string | null {
  for (const objective of objectives) {
    const finding = judged.find(({ id, phase }) => id === objective.id && phase === name);
    if (
      objective.kind !== 'latency' ||
      !objective.gating ||
      finding?.status === 'pass' ||
      finding?.status === 'no-data'
    )
      continue;
    const why = whySlowMayBeOurs(context, objective);
    if (why !== null) return `${why} of ${objective.subject}${inPhase(plan, name)}`;
  }
  return null;
}

function judgeCompleted(context: Context, judged: readonly Finding[]): Finding {
  const {
    load: { reason },
    plan,
  } = context;
  const contradicted = reason.kind === 'decided-early' ? whyNotDecided(reason, plan, judged) : null;
  const finished = reason.kind === 'finished' || (reason.kind === 'decided-early' && contradicted === null);
  return findingOf(COMPLETED, {
    expected: 1,
    actual: finished ? 1 : 0,
    margin: finished ? 0 : -1,
    status: finished ? 'pass' : 'inconclusive',
    summary: [loadSentence(context), ...(contradicted === null ? [] : [contradicted])].join('; '),
  });
}

type DecidedEarly = Extract<LoadReason, { kind: 'decided-early' }>;

/** Samples that arrived between a look and the end of the load count too. If they contradict the look, the answer was not sure. */
function whyNotDecided({ look, decision }: DecidedEarly, { early }: Plan, judged: readonly Finding[]): string | null {
  if (early?.looks[look] === undefined) return 'the plan has no such look';
  const gating = judged.filter((finding) => finding.gating);
  const confirmed =
    decision === 'conforms'
      ? gating.length > 0 && gating.every(({ status }) => status === 'pass')
      : gating.some(({ status }) => status === 'fail');
  return confirmed ? null : 'later samples contradict the early verdict';
}

/** How the load ended, for a person. */
export function loadSentence({ load: { reason }, plan }: Pick<Context, 'load' | 'plan'>): string {
  const end = loadEndText(reason, plan);
  if (end === null) return 'the load ran to its end';
  const judged = reason.kind === 'interrupted' ? '; what was recorded until then is judged' : '';
  return `the load was ${end}${judged}`;
}

/**
 * Dropped and unanswered arrivals count as bad in every objective. So the load counts as delivered while their share is within the smallest
 * share that a gating objective allows, or 1 % where none has a share. Above it, the planned load was not sent.
 */
function judgeDelivered(context: Context): Finding {
  const { plan, load } = context;
  const onPurpose = load.reason.kind === 'decided-early';
  const finished = load.reason.kind === 'finished' || onPurpose;
  const arriving = new Set(
    plannedJourneys(plan)
      .filter(({ kind }) => kind === 'arrivals')
      .map(({ name }) => name),
  );
  const reported = load.journeys.filter(({ journey }) => arriving.has(journey));
  const offered = load.reason.kind === 'finished' ? plannedArrivals(plan) : arrivalsOf(reported, onPurpose);
  const dropped = reported.reduce((sum, journey) => sum + journey.dropped, 0);
  const unanswered = unansweredArrivals(context);
  const bad = Math.min(offered, dropped + unanswered);
  const tightest = tightestShare(plan);
  // Something was broken on purpose, and nothing is expected of what is missing.
  const isOfFault = tightest === null && hasFaults(plan);
  const tolerated = tightest ?? SHARE_OF_NOTHING;
  const counts = { gating: !isOfFault, expected: offered, samples: offered, bad, allowedShare: tolerated };
  if (offered === 0) {
    return findingOf(DELIVERED, { ...counts, status: 'no-data', summary: 'no arrival was due' });
  }
  return findingOf(DELIVERED, {
    ...counts,
    actual: offered - bad,
    margin: -bad / offered,
    status: finished && bad / offered <= tolerated ? 'pass' : 'inconclusive',
    summary: finished
      ? deliveredSentence({ offered, dropped, unanswered, tolerated, isOfObjective: tightest !== null }) +
        (onPurpose ? '; those under way at the early end were cut off and do not count' : '')
      : 'the load did not finish, so it is not known which of its arrivals were left without an answer',
    evidence: reported.map(({ journey, offered, delivered, dropped }) => ({
      label: journey,
      value: `offered ${countText(offered)}, delivered ${countText(delivered)}, dropped ${countText(dropped)}`,
    })),
  });
}

/** For a load that was ended on purpose, only arrivals that came to an end count. Whether the others would have is not known, and blames nobody. */
function arrivalsOf(reported: readonly JourneyLoad[], onPurpose: boolean): number {
  return reported.reduce(
    (sum, { offered, delivered, dropped }) => sum + (onPurpose ? delivered + dropped : offered),
    0,
  );
}

interface Delivered {
  readonly offered: number;
  readonly dropped: number;
  readonly unanswered: number;
  readonly tolerated: number;
  /** Whether an objective allows `tolerated`. */
  readonly isOfObjective: boolean;
}

function deliveredSentence({ offered, dropped, unanswered, tolerated, isOfObjective }: Delivered): string {
  if (dropped + unanswered === 0) return `all of ${plural(offered, 'arrival')} were started and answered`;
  const share = (dropped + unanswered) / offered;
  const against = share <= tolerated ? 'within' : 'over';
  const what = `${countText(dropped)} dropped and ${countText(unanswered)} unanswered of ${plural(offered, 'arrival')}`;
  const allowed = isOfObjective
    ? 'that the tightest gating objective allows; they count as failed'
    : 'that may be missing where no objective counts them';
  return `${what} (${percentText(share)}), ${against} the ${percentText(tolerated)} ${allowed}`;
}

function plannedArrivals(plan: Plan): number {
  return plannedJourneys(plan).reduce(
    (sum, journey) => sum + (journey.kind === 'sockets' ? 0 : journeyArrivals(journey)),
    0,
  );
}

/**
 * An arrival that owes several samples and gave none is one arrival. So the larger number counts: missing HTTP requests, or missing other
 * samples.
 */
function unansweredArrivals(context: Context): number {
  const owed = endpointsOf(plannedJourneys(context.plan)).filter((endpoint) => endpoint.owed.by === 'arrival');
  const lacking = (endpoints: readonly JourneyEndpoint[]): number =>
    endpoints.reduce((sum, { name }) => sum + context.unanswered(name), 0);
  return Math.max(
    lacking(owed.filter(({ http }) => http !== undefined)),
    lacking(owed.filter(({ http }) => http === undefined)),
  );
}

/** What is judged without any share rests on the answers that came, so a few that are missing change nothing. */
const SHARE_OF_NOTHING = 0.01;

/** The smallest share of bad samples that a gating objective allows; null when none has a share. */
function tightestShare(plan: Plan): number | null {
  const shares = plan.objectives.flatMap((objective) => {
    if (!objective.gating) return [];
    if (objective.kind === 'latency') return [allowedLatencyShare(objective)];
    return objective.kind === 'availability' ? [allowedFailureShare(objective)] : [];
  });
  return shares.length === 0 ? null : leastOf(shares);
}

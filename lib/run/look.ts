/** The look at a target before its load, for one run: what it finds goes into the plan, and to the engine. */
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { endpointsInRole, type JourneyEndpoint } from '../core/endpoint.ts';
import type { EnginePlan } from '../core/engine-protocol.ts';
import type { Plan } from '../core/plan.ts';
import { plannedJourneys } from '../core/timeline.ts';
import type { HttpTls } from '../http/access.ts';
import type { Collector } from '../observe/collector.ts';
import { askDebate } from '../preflight/debate.ts';
import { preflight } from '../preflight/preflight.ts';
import { type Prepared, prepareDebate } from '../preflight/prepare.ts';
import type { Wanted } from '../preflight/question.ts';
import { watched } from '../preflight/watch.ts';
import { overloadWarning } from './plan.ts';

export interface LookRequest {
  readonly plan: Plan;
  readonly collector: Collector | undefined;
  readonly token: string | undefined;
  readonly tls?: HttpTls | undefined;
}

export interface Looked {
  /** With the place of the WebSocket, and with what restricts the run. */
  readonly plan: Plan;
  /** What only the engine has to know. */
  readonly known: Pick<EnginePlan, 'hosts' | 'debateId' | 'prepared'>;
}

/** Also prepares the debate that the load asks about, or one as the load creates them. @throws SloError `target-unreachable` for a target that can't be loaded to any purpose. */
export async function lookAt(request: LookRequest, warn: (note: string) => void, signal: AbortSignal): Promise<Looked> {
  const { plan, collector } = request;
  const notes: string[] = [];
  const add = (more: readonly string[]): void => {
    notes.push(...more);
    more.forEach(warn);
  };
  const overload = overloadWarning(plan);
  if (overload !== undefined) add([overload]);
  if (collector?.trustsAnyone === true) add(['certificates of backends are not checked']);
  const expected = wantedOf(request);
  const found = await preflight(expected, signal);
  add(found.notes);
  const wanted = { ...expected, wsUrl: found.wsUrl };
  const isAskedAbout = plannedJourneys(plan).some(({ needsDebate }) => needsDebate);
  const isCreated = endpointsInRole(plannedJourneys(plan), 'starts-debate').length > 0;
  const prepared = isAskedAbout || isCreated ? await preparedFor(wanted, expected, signal) : undefined;
  if (prepared?.debateId === null) add([`${isAskedAbout ? NONE_TO_ASK : NONE_ENDED}: ${prepared.reason}`]);
  if (typeof prepared?.debateId === 'string') add((await askDebate(wanted, prepared.debateId, signal)).notes);
  return {
    plan: noted({ ...plan, target: { ...plan.target, wsUrl: wanted.wsUrl, ...createdBy(prepared) } }, notes),
    known: {
      ...(Object.keys(found.hosts).length === 0 ? {} : { hosts: found.hosts }),
      debateId: prepared?.debateId ?? null,
      ...(prepared !== undefined && 'known' in prepared && { prepared: prepared.known }),
    },
  };
}

const NONE_TO_ASK = 'there is no finished debate to ask about';
const NONE_ENDED = 'no debate came to its end before the load';

/** No document says with which status a creation succeeds. */
function createdBy(prepared: Prepared | undefined): Pick<Plan['target'], 'createdStatus'> {
  const createdStatus = prepared?.createdStatus;
  return createdStatus === undefined || createdStatus === 200 ? {} : { createdStatus };
}

/** A WebSocket at another place than was expected has to be the target's. */
function preparedFor(wanted: Wanted, expected: Wanted, signal: AbortSignal): Promise<Prepared> {
  if (wanted.wsUrl === expected.wsUrl) return prepareDebate(wanted, signal);
  return watched(wanted, (onCreated) => prepareDebate({ ...wanted, onCreated }, signal), signal);
}

/** The command comes last, as in every plan. */
function noted({ command, ...plan }: Plan, notes: readonly string[]): Plan {
  return { ...plan, ...(notes.length === 0 ? {} : { notes }), command };
}

function wantedOf({ plan, collector, token, tls }: LookRequest): Wanted {
  const { httpUrl, wsUrl } = plan.target;
  const journeys = plannedJourneys(plan);
  const contract = plan.contract as ContractName;
  const asked = [...new Set(journeys.flatMap((journey) => journey.preflightPaths))];
  const ofDebate = asked.filter((path) => path.includes('{id}'));
  return {
    httpUrl,
    wsUrl,
    contract: plan.ownNames === undefined ? contract : null,
    subprotocol: plan.ownNames?.subprotocol ?? CONTRACTS[contract].subprotocol,
    paths: asked.filter((path) => !path.includes('{id}')),
    debatePaths: [...new Set([...journeys.flatMap(({ endpoints }) => endpoints.flatMap(debatePathOf)), ...ofDebate])],
    socket: journeys.some(({ usesSocket }) => usesSocket) ? 'load' : collector === undefined ? null : 'probes',
    reads: collector?.reads(httpUrl) ?? [],
    token,
    tls,
    env: process.env,
  };
}

/** A profile's own journey names its path with values in it. */
function debatePathOf({ http, own }: JourneyEndpoint): string[] {
  return !own && http?.method === 'GET' && http.path.includes('{id}') ? [http.path] : [];
}

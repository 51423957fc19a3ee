/** The check that what lines say of a request is what its client knows. No document names these fields; but what is written must be true. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { endpointNamed } from '../../../journeys/index.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { statusOf } from '../../answered.ts';
import { findingOf, lacking, property, unasked } from '../../finding.ts';
import { tracesAsDocumented } from '../../own-names.ts';
import { type Judged, shareOf } from '../../shares.ts';
import type { CheckInfo } from '../../system.ts';
import type { LoggedRequest, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { from, infoOf, type LogCheck, type LogFacts, lineCheck } from './frame.ts';
import { ofOtherDebates } from './other-debates.ts';
import { contradictedBy, pathPattern, strangersOf } from './strangers.ts';

export function contentCheck({ traceIdSource }: LogSignals): LogCheck {
  const info = infoOf({
    id: 'content',
    subject: 'lines say the truth of a request',
    proves:
      'Where a line says the method, path, status, debate or agents of a request, its client and its spans know the same.',
    source: traceIdSource,
  });
  return lineCheck({ ...info, besideClients: true }, judgeContent);
}

/** A proxy may repeat a request. */
const WRONG_SHARE = 0.01;
const CONFIDENCE = 0.95;

function isSurelyMore(bad: number, samples: number): boolean {
  return bad > 0 && clopperPearson({ bad, samples, confidence: CONFIDENCE }).lower > WRONG_SHARE;
}

interface Asked {
  readonly endpoint: string;
  readonly method: string;
  readonly path: RegExp;
  /** null where the client got no whole answer. */
  readonly status: number | null;
  readonly startsDebate: boolean;
}

function judgeContent(check: CheckInfo, observed: LogsObserved, facts: LogFacts): Finding {
  const asked = askedOf(facts);
  const owners = ownersOf(observed.requests ?? []);
  const agents = agentsOf(facts);
  const strangers = strangersOf(facts);
  const elsewhere = ofOtherDebates([
    ...(observed.requests ?? []).map((request) => ({ request, endpoint: asked.get(request.traceId)?.endpoint ?? '' })),
    // Others may ask for debates of their own.
    ...(facts.exclusive ? strangers : []),
  ]);
  const inPath = ({ traceId }: LoggedRequest) => (elsewhere.has(traceId) ? ['another debate in the path'] : []);
  const own = (observed.requests ?? []).flatMap((request): Judged[] => {
    const known = asked.get(request.traceId);
    const isSaid = Object.values(request.said ?? {}).some((values) => values.length > 0);
    if (known === undefined || !isSaid) return [];
    const ofIt = ofDebate(request, agents.get(request.traceId));
    const problems = [...problemsOf(request, known, owners), ...ofIt, ...inPath(request), ...ofLevels(request)];
    return [{ traceId: request.traceId, group: known.endpoint, problems }];
  });
  const further = strangers.map((one): Judged => {
    const { request, group } = one;
    return {
      traceId: request.traceId,
      group,
      problems: [...contradictedBy(one), ...inPath(request), ...ofLevels(request)],
    };
  });
  const judged = [...own, ...further];
  if ((observed.ofOthers?.count ?? 0) > 0)
    return lacking(check, 'inconclusive', 'lines have the trace ids of other requests', from(observed));
  if (judged.length === 0) return unasked(check, 'no line says anything of its request that is known', from(observed));
  const { status, samples, bad, wrong, kinds } = shareOf(judged, WRONG_SHARE);
  const { traces: debates = 0, shared = 0 } = observed.debates ?? {};
  if (status !== 'fail' && isSurelyMore(shared, debates))
    return property(check, {
      samples: debates,
      bad: shared,
      summary: `${countText(shared)} of ${plural(debates, 'debate')} have lines with the trace id of another request`,
      evidence: from(observed),
    });
  return findingOf(check, {
    ...{ status, samples, bad },
    actual: bad,
    margin: bad === 0 ? 0 : -bad / samples,
    summary:
      bad === 0
        ? `true of ${plural(samples, 'request')}`
        : `of ${countText(bad)} of ${plural(samples, 'request')} lines say ${kinds}`,
    evidence: [...from(observed), ...wrong.slice(0, 3).map(({ traceId }) => ({ label: 'trace', value: traceId }))],
  });
}

function problemsOf({ said }: LoggedRequest, asked: Asked, owners: ReadonlyMap<string, Set<string>>): string[] {
  const { method = [], path = [], status = [], debateId = [] } = said;
  const isOwn = (id: string) => id !== '' && (owners.get(id)?.size ?? 0) <= 1;
  // Other lines may be about what the server itself asks somewhere, or about an answer that a proxy did not pass on.
  const lacks = (values: readonly string[], isRight: (text: string) => boolean) =>
    values.length > 0 && !values.some(isRight);
  return [
    ...(lacks(method, (text) => text.toUpperCase() === asked.method) ? ['another method'] : []),
    ...(lacks(path, (text) => asked.path.test(text)) ? ['another path'] : []),
    ...(asked.status !== null && lacks(status, (text) => text === String(asked.status)) ? ['another status'] : []),
    ...(asked.startsDebate && lacks(debateId, isOwn) ? ["another request's debate"] : []),
  ];
}

function ofLevels({ said }: LoggedRequest): string[] {
  return (said.otherLevel ?? []).length > 0 ? ['two levels, in two fields'] : [];
}

/** @param agents numbers of agents that its spans say; undefined where they say none. */
function ofDebate({ said }: LoggedRequest, agents: ReadonlySet<number> | undefined): string[] {
  const { debate = [], agentCount = [] } = said;
  const isOdd = agents !== undefined && agentCount.some((text) => text.trim() === '' || !agents.has(Number(text)));
  return [
    ...(debate.length > 1 ? ['several debates of one request'] : []),
    ...(isOdd ? ['another number of agents than its spans'] : []),
  ];
}

const AGENT_COUNTS = ['debate.agent_count', 'agent_count'] as const;

/** Numbers of agents by trace, as spans say them. */
function agentsOf(facts: LogFacts): Map<string, Set<number>> {
  const agents = new Map<string, Set<number>>();
  for (const { traceId, attributes } of tracesAsDocumented(facts)?.spans ?? []) {
    const counts = AGENT_COUNTS.map((name) => attributes[name]).filter((value) => typeof value === 'number');
    if (counts.length === 0) continue;
    const known = agents.get(traceId) ?? new Set();
    agents.set(traceId, known);
    for (const value of counts) known.add(value);
  }
  return agents;
}

/** Requests by the debates that their lines name. */
function ownersOf(requests: readonly LoggedRequest[]): Map<string, Set<string>> {
  const owners = new Map<string, Set<string>>();
  for (const { traceId, said } of requests)
    for (const id of said?.debateId ?? []) owners.set(id, (owners.get(id) ?? new Set()).add(traceId));
  return owners;
}

function askedOf({ recording, plan }: LogFacts): Map<string, Asked> {
  const asked = new Map<string, Asked>();
  for (const { endpoint, traces } of recording.endpoints.values()) {
    const { http, role } = endpointNamed(endpoint) ?? {};
    if (http === undefined) continue;
    const path = pathPattern(http.path);
    for (const { traceId, outcome } of traces)
      asked.set(traceId, {
        ...{ endpoint, method: http.method, path },
        startsDebate: role === 'starts-debate',
        status: statusOf(outcome, endpoint, plan),
      });
  }
  return asked;
}

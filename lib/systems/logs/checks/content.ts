/** The check that what lines say of a request is what its client knows. No document names these fields; but what is written must be true. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { sampleOutcome } from '../../../core/sample-outcome.ts';
import { endpointNamed } from '../../../journeys/index.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { findingOf, lacking, unasked } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { LoggedRequest, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { from, infoOf, type LogCheck, type LogFacts, lineCheck } from './frame.ts';

export function contentCheck({ traceIdSource }: LogSignals): LogCheck {
  const info = infoOf({
    id: 'content',
    subject: 'lines say the truth of a request',
    proves: 'Where a line says the method, path, status, duration or debate of a request, its client knows the same.',
    source: traceIdSource,
  });
  return lineCheck(info, judgeContent);
}

/** A clock that is set right makes a few durations wrong, and a proxy may repeat a request. */
const WRONG_SHARE = 0.01;
const CONFIDENCE = 0.95;
/** A line may be written a little after the answer. */
const LATER_MS = 100;

interface Asked {
  readonly method: string;
  readonly path: RegExp;
  /** null where the client got no whole answer. */
  readonly status: number | null;
  readonly latencyMs: number;
  readonly startsDebate: boolean;
}

function judgeContent(check: CheckInfo, observed: LogsObserved, facts: LogFacts): Finding {
  const asked = askedOf(facts);
  const owners = ownersOf(observed.requests ?? []);
  const judged = (observed.requests ?? []).flatMap((request) => {
    const known = asked.get(request.traceId);
    const isTold = Object.values(request.said ?? {}).some((values) => values.length > 0);
    return known === undefined || !isTold ? [] : [{ request, problems: problemsOf(request, known, owners) }];
  });
  const samples = judged.length;
  if ((observed.ofOthers?.count ?? 0) > 0)
    return lacking(check, 'inconclusive', 'lines have the trace ids of other requests', from(observed));
  if (samples === 0) return unasked(check, 'no line says anything of its request that is known', from(observed));
  const wrong = judged.filter(({ problems }) => problems.length > 0);
  const bad = wrong.length;
  const { lower } = clopperPearson({ bad, samples, confidence: CONFIDENCE });
  const kinds = [...new Set(wrong.flatMap(({ problems }) => problems))].slice(0, 3).join(', ');
  return findingOf(check, {
    status: lower > WRONG_SHARE ? 'fail' : bad / samples <= WRONG_SHARE ? 'pass' : 'inconclusive',
    actual: bad,
    margin: bad === 0 ? 0 : -bad / samples,
    samples,
    bad,
    summary:
      bad === 0
        ? `true of ${plural(samples, 'request')}`
        : `of ${countText(bad)} of ${plural(samples, 'request')} lines say ${kinds}`,
    evidence: [
      ...from(observed),
      ...wrong.slice(0, 3).map(({ request }) => ({ label: 'trace', value: request.traceId })),
    ],
  });
}

function problemsOf({ said }: LoggedRequest, asked: Asked, owners: ReadonlyMap<string, Set<string>>): string[] {
  const { method, path, status, durationMs, debateId } = said;
  const isDuration = (text: string) => {
    const ms = text.trim() === '' ? Number.NaN : Number(text);
    return ms >= 0 && ms <= asked.latencyMs + LATER_MS;
  };
  const isOwn = (id: string) => id !== '' && (owners.get(id)?.size ?? 0) <= 1;
  // Other lines may be about what the server itself asks somewhere, or about an answer that a proxy did not pass on.
  const lacks = (values: readonly string[], isRight: (text: string) => boolean) =>
    values.length > 0 && !values.some(isRight);
  return [
    ...(lacks(method, (text) => text.toUpperCase() === asked.method) ? ['another method'] : []),
    ...(lacks(path, (text) => asked.path.test(text)) ? ['another path'] : []),
    ...(asked.status !== null && lacks(status, (text) => text === String(asked.status)) ? ['another status'] : []),
    ...(lacks(durationMs, isDuration) ? ['a duration that its client rules out'] : []),
    ...(asked.startsDebate && lacks(debateId, isOwn) ? ["another request's debate"] : []),
  ];
}

/** Requests by the debates that their lines name. */
function ownersOf(requests: readonly LoggedRequest[]): Map<string, Set<string>> {
  const owners = new Map<string, Set<string>>();
  for (const { traceId, said } of requests)
    for (const id of said?.debateId ?? []) owners.set(id, (owners.get(id) ?? new Set()).add(traceId));
  return owners;
}

function askedOf({ recording }: LogFacts): Map<string, Asked> {
  const asked = new Map<string, Asked>();
  for (const { endpoint, traces } of recording.endpoints.values()) {
    const { http, role } = endpointNamed(endpoint) ?? {};
    if (http === undefined) continue;
    // A server may be mounted under a prefix, and say the query or the pattern of the path.
    const path = new RegExp(`^(?:/[^?]*)?${http.path.replaceAll('{id}', '[^/]+')}/?(?:\\?.*)?$`);
    for (const { traceId, outcome, latencyUs } of traces)
      asked.set(traceId, {
        ...{ method: http.method, path, latencyMs: latencyUs / 1000 },
        startsDebate: role === 'starts-debate',
        status: sampleOutcome(outcome).status,
      });
  }
  return asked;
}

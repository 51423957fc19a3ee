/** The check that lines say how long requests took: no longer than their clients waited, and about as long as their spans. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { endpointNamed } from '../../../journeys/index.ts';
import { collectedOf } from '../../evidence.ts';
import { findingOf, lacking, unasked } from '../../finding.ts';
import { type Judged, shareOf } from '../../shares.ts';
import type { CheckInfo } from '../../system.ts';
import { shareByLatency, TOO_SHORT } from '../../too-short.ts';
import type { TracesObserved } from '../../traces/observation.ts';
import type { LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { from, infoOf, type LogCheck, type LogFacts, lineCheck } from './frame.ts';
import { strangersOf } from './strangers.ts';

export function durationsCheck({ traceIdSource }: LogSignals): LogCheck {
  const info = infoOf({
    id: 'durations',
    subject: 'lines and spans of a request last alike',
    proves:
      'Where a line says how long a request took, its client waited at least as long, and the span of the request says about the same.',
    source: traceIdSource,
    needs: ['logs', 'traces'],
  });
  return lineCheck({ ...info, besideClients: true }, judgeDurations);
}

/** A server that loses the CPU while it writes a line makes a few durations too long. */
const WRONG_SHARE = 0.05;
/** A line may be written a little after the answer. */
const LATER_MS = 5;
/** Two layers of a server measure a request, and the inner one leaves out the work of the outer one. */
const LAYERS_MS = 20;
const LAYERS_TIMES = 2;
const RULED_OUT = 'a duration that its client rules out';

function judgeDurations(check: CheckInfo, observed: LogsObserved, facts: LogFacts): Finding {
  const spans = spansOf(collectedOf<TracesObserved>(facts, 'traces'));
  const clients = clientsOf(facts);
  const isSpanWrong = areTooLong(observed, clients, spans);
  // Spans that clients rule out have a finding of their own.
  const strangers = strangersOf(facts).filter((one) => one.spans.length === 0 || !isSpanWrong);
  for (const { request, group, seen } of strangers)
    clients.set(request.traceId, { endpoint: group, latencyMs: seen?.mostMs ?? Number.POSITIVE_INFINITY });
  const all = [...(observed.requests ?? []), ...strangers.map(({ request }) => request)];
  const judged = all.flatMap(({ traceId, said }) => {
    const client = clients.get(traceId);
    const { durationMs = [] } = said ?? {};
    if (client === undefined || durationMs.length === 0) return [];
    const logged = durationMs.map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
    const problems = problemsOf(logged, client.latencyMs, spans.get(traceId));
    return [{ traceId, group: client.endpoint, problems, logged }];
  });
  if ((observed.ofOthers?.count ?? 0) > 0)
    return lacking(check, 'inconclusive', 'lines have the trace ids of other requests', from(observed));
  if (judged.length === 0) return unasked(check, 'no line says how long its request took', from(observed));
  const ruledOut = judged.filter(({ problems }) => problems.includes(RULED_OUT)).flatMap(({ logged }) => logged);
  const { status, samples, bad, wrong, kinds, interval, isExcused } = shareByLatency(judged, WRONG_SHARE, {
    recording: facts.recording,
    saidMs: ruledOut,
  });
  return findingOf(check, {
    ...{ status, samples, bad, interval },
    operator: '<=',
    unit: 'ratio',
    expected: WRONG_SHARE,
    allowedShare: WRONG_SHARE,
    actual: bad / samples,
    margin: (WRONG_SHARE - bad / samples) / WRONG_SHARE,
    summary:
      bad === 0
        ? `of ${plural(samples, 'request')} as its client and its span know it`
        : `of ${countText(bad)} of ${plural(samples, 'request')} lines say ${kinds}${isExcused ? `; ${TOO_SHORT}` : ''}`,
    evidence: [...from(observed), ...wrong.slice(0, 3).map(({ traceId }) => ({ label: 'trace', value: traceId }))],
  });
}

type Clients = ReturnType<typeof clientsOf>;

/** Whether surely more than a few of the spans last longer than their clients waited. */
function areTooLong({ requests = [] }: LogsObserved, clients: Clients, spans: ReadonlyMap<string, readonly number[]>) {
  const judged = requests.flatMap(({ traceId }): Judged[] => {
    const [client, lasted = []] = [clients.get(traceId), spans.get(traceId)];
    if (client === undefined || lasted.length === 0) return [];
    const isWrong = lasted.every((ms) => ms > client.latencyMs + LATER_MS);
    return [{ traceId, group: client.endpoint, problems: isWrong ? ['too long'] : [] }];
  });
  return judged.length > 0 && shareOf(judged, WRONG_SHARE).status === 'fail';
}

/** Other lines may be about what the server itself asks somewhere, so one that is right is enough. */
function problemsOf(logged: readonly number[], latencyMs: number, spansMs: readonly number[] = []): string[] {
  const possible = logged.filter((ms) => ms >= 0 && ms <= latencyMs + LATER_MS);
  if (possible.length === 0) return [RULED_OUT];
  // A span that its client rules out has a finding of its own.
  const spans = spansMs.filter((ms) => ms <= latencyMs + LATER_MS);
  const isAlike = (ms: number) => spans.length === 0 || spans.some((spanMs) => areAlike(ms, spanMs));
  return possible.some(isAlike) ? [] : ['another duration than its span'];
}

function areAlike(a: number, b: number): boolean {
  return Math.max(a, b) <= LAYERS_TIMES * Math.min(a, b) + LAYERS_MS;
}

/** How long the spans of a trace lasted that answer a request, in ms. */
function spansOf({ spans, unsettled }: TracesObserved): Map<string, number[]> {
  const growing = new Set(unsettled);
  const durations = new Map<string, number[]>();
  for (const { traceId, kind, startUnixNano, endUnixNano } of spans) {
    if (kind !== 'server' || growing.has(traceId)) continue;
    const ms = Number(BigInt(endUnixNano) - BigInt(startUnixNano)) / 1e6;
    if (ms >= 0) durations.set(traceId, [...(durations.get(traceId) ?? []), ms]);
  }
  // Spans that never take any time have a finding of their own.
  return [...durations.values()].flat().some((ms) => ms > 0) ? durations : new Map();
}

/** Those of the looked-up requests. */
function clientsOf({ recording }: LogFacts) {
  const clients = new Map<string, { readonly endpoint: string; readonly latencyMs: number }>();
  for (const { endpoint, traces } of recording.endpoints.values()) {
    if (endpointNamed(endpoint)?.http === undefined) continue;
    for (const { traceId, latencyUs } of traces) clients.set(traceId, { endpoint, latencyMs: latencyUs / 1000 });
  }
  return clients;
}

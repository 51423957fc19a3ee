/**
 * Plays answer mutants in real runs: the harness loads the unbroken target through a proxy that changes answers and events on their way, each
 * alone. Operators that need all of a debate at once, or a broken connection, are left to the tape.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../../lib/core/finding.ts';
import { run } from '../../../lib/run/run.ts';
import { startTarget } from '../../../lib/target/target.ts';
import { type Answer, type ProxyChanges, startProxy } from '../../innocent/proxy.ts';
import { SEED, SILENT } from '../../proofs/telemetry.ts';
import type { LivePlayed } from '../live-workers.ts';
import type { Played } from '../play.ts';
import { mayKillAnswer } from './killers.ts';
import type { AnswerMutant, Json, Route } from './mutant.ts';
import type { HttpAnswer } from './stage.ts';

const LOAD_SEC = 10;
const RATES = { health: 8, 'debates-list': 6, agents: 4, consensus: 6 } as const;
const SOCKETS = 5;
/** How often each part is asked for in the load. */
const ASKED: Readonly<Record<Route | 'debates' | 'others', number>> = {
  health: RATES.health * LOAD_SEC,
  list: RATES['debates-list'] * LOAD_SEC,
  creation: RATES.agents * LOAD_SEC,
  convergence: RATES.consensus * LOAD_SEC,
  debates: RATES.agents * LOAD_SEC,
  others: SOCKETS,
};
const ROUTES: Readonly<Record<Route, RegExp>> = {
  health: /^GET \/api\/health$/,
  list: /^GET \/api\/debates$/,
  creation: /^POST \/api\/debates$/,
  convergence: /^GET \/api\/debates\/[^/]+\/convergence$/,
};
const NOT_LIVE =
  /^(lost|frame-.*|repeat|not-json|truncated|binary|null-frame|without-type|error-event|later-20-s|first-.*|constant|neighbours-.*|nothing-after|held-to-the-end)$/;
/** A busy machine may break these whatever is changed. */
const OF_SPEED = /^latency\.(?!agent-response)/;

export function isPlayableLive({ operator, signal }: Pick<AnswerMutant, 'operator' | 'signal'>): boolean {
  // A field may be lost.
  return !NOT_LIVE.test(operator) || (operator === 'lost' && signal.includes(' '));
}

/** @param onTape what became of it there. */
export async function playedLive(mutant: AnswerMutant, onTape: Played, signal: AbortSignal): Promise<LivePlayed> {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-live-answers-'));
  try {
    const findings = await findingsWith(changesOf(mutant), dir, signal);
    const failed = findings.flatMap(({ id, gating, status }) =>
      gating && status === 'fail' && !OF_SPEED.test(id) ? [id] : [],
    );
    const by = failed.filter((id) => mayKillAnswer(id, mutant.family));
    const isDisturbed = findings.some(({ id, status }) => id.startsWith('load.') && status !== 'pass');
    const fate = by.length > 0 ? 'killed' : failed.length > 0 ? 'elsewhere' : 'survived';
    return { ...onTape, by: by.length > 0 ? by : failed, fate, onTape: onTape.fate, isDisturbed, loadAverage: 0 };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function findingsWith(
  changes: readonly ProxyChanges[],
  dir: string,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const profile = join(dir, 'live.profile.json');
  const at = (ratePerSec: number) => ({ ratePerSec, durationSec: LOAD_SEC });
  const arrivals = Object.fromEntries(Object.entries(RATES).map(([journey, rate]) => [journey, at(rate)]));
  const journeys = { ...arrivals, websocket: { sockets: SOCKETS, durationSec: LOAD_SEC } };
  writeFileSync(profile, JSON.stringify({ name: 'live', journeys, gates: 'all' }));
  // Long enough for a subscription to come before the start.
  const target = await startTarget({ patch: { waits: { 'debate-start': 'constant(200ms)' } } });
  const proxy = await startProxy(target, changes);
  const { httpUrl, wsUrl } = proxy;
  const request = { target: httpUrl, ws: wsUrl, targetArgs: [], profile, token: undefined, telemetry: false } as const;
  try {
    const asked = { ...request, contract: 'documented', out: join(dir, 'run'), seed: SEED } as const;
    return (await run(asked, SILENT, signal)).facts.verdict.findings;
  } finally {
    await proxy.stop();
    await target.stop();
  }
}

/** What comes before the second debate is asked for is not the load's, and stays as it is. */
function changesOf({ http, debates, frames, hits }: AnswerMutant): ProxyChanges[] {
  let creations = 0;
  const counting: ProxyChanges = {
    route: ROUTES.creation,
    answer: (right) => {
      creations += 1;
      return right;
    },
  };
  const counts = counter(hits);
  if (http !== undefined) {
    const answer = (right: Answer): Answer => {
      if (creations < 2 || !counts.isHit(http.route, ASKED[http.route])) return right;
      const before = httpAnswerOf(right);
      const after = http.change(before, { first: before, other: before });
      return after === 'reset' ? right : answerOf(after);
    };
    return [counting, { route: ROUTES[http.route], answer }];
  }
  const hitDebates = new Map<unknown, boolean>();
  const events = (event: object): readonly object[] => {
    const fields: Json = { ...event };
    const { loop_id: id, seq } = fields;
    const said = [{ afterMs: 0, isList: true, events: [fields] }];
    if (seq === undefined) {
      const isHit = frames !== undefined && counts.isHit(String(fields['type']), ASKED.others);
      return isHit ? frames(said, []).flatMap((frame) => frame.events) : [event];
    }
    if (!hitDebates.has(id)) hitDebates.set(id, counts.isHit('debates', ASKED.debates));
    const isHit = debates !== undefined && hitDebates.get(id) === true;
    return isHit ? debates(said, []).flatMap((frame) => frame.events) : [event];
  };
  return [{ events }];
}

function counter(hits: AnswerMutant['hits']) {
  const counts = new Map<string, number>();
  return {
    isHit: (what: string, of: number): boolean => {
      const index = counts.get(what) ?? 0;
      counts.set(what, index + 1);
      return hits(index, of);
    },
  };
}

function httpAnswerOf({ status, headers, body }: Answer): HttpAnswer {
  return { status, contentType: headers['content-type'] ?? '', body: body.toString() };
}

function answerOf({ status, contentType, body }: HttpAnswer): Answer {
  return { status, headers: contentType === '' ? {} : { 'content-type': contentType }, body: Buffer.from(body) };
}

/**
 * Plays answer mutants: the scripts of the load run on a stage, without k6 and without a server, and the real judge judges what they recorded.
 * Runs only where hooks.mjs is loaded.
 */
import { createHash } from 'node:crypto';
import { endpointsOf } from '../../../lib/core/endpoint.ts';
import type { EnginePlan } from '../../../lib/core/engine-protocol.ts';
import type { Finding } from '../../../lib/core/finding.ts';
import type { Objective } from '../../../lib/core/plan.ts';
import { JOURNEYS } from '../../../lib/journeys/index.ts';
import { judge } from '../../../lib/judge/judge.ts';
import { CONTRACTS } from '../../../thresholds/contracts.ts';
import { DOCUMENTED_OBJECTIVES } from '../../../thresholds/slos.ts';
import { factsOf, type MadeSecond, START_SECOND } from '../../support/judged.ts';
import { equivalence } from '../equivalent.ts';
import type { Played } from '../play.ts';
import { ANSWER_EQUIVALENTS } from './equivalent.ts';
import { mayKillAnswer } from './killers.ts';
import type { AnswerMutant } from './mutant.ts';
import { enter, type HttpAnswer, type HttpAsked, type Sample, type Server, START_MS, Stage } from './stage.ts';
import type { AnswerTape } from './tape.ts';
import { type Asked, World } from './world.ts';

const LOAD_SEC = 12;
/** A second. */
const RATES = { health: 4, list: 4, creation: 1, agents: 3, consensus: 4 } as const;
const SOCKETS = 5;
const ASKED: Asked = {
  health: RATES.health * LOAD_SEC,
  list: RATES.list * LOAD_SEC,
  creation: (RATES.creation + RATES.agents) * LOAD_SEC,
  convergence: RATES.consensus * LOAD_SEC,
  debates: RATES.agents * LOAD_SEC,
  others: (RATES.agents + SOCKETS) * LOAD_SEC,
};
const OBJECTIVES: readonly Objective[] = DOCUMENTED_OBJECTIVES.map((objective) =>
  objective.kind === 'protocol' && objective.tolerance?.kind === 'seen-once'
    ? { ...objective, tolerance: { kind: 'seen-once', afterSec: CONTRACTS.documented.listAgeSec } }
    : objective,
);

type Scripts = Readonly<Record<'health' | 'list' | 'creation' | 'agents' | 'consensus' | 'websocket', () => void>>;

/** Plays one after the other on one tape. */
export class AnswerPlayer {
  readonly #tape: AnswerTape;
  readonly #scripts: Scripts;
  readonly #passing: ReadonlySet<string>;
  readonly #seen = new Set<string>();
  readonly #right: string;
  #number = 0;

  private constructor(tape: AnswerTape, scripts: Scripts) {
    this.#tape = tape;
    this.#scripts = scripts;
    const { findings, digest } = this.#judged(undefined);
    this.#passing = new Set(findings.flatMap(({ id, gating, status }) => (gating && status !== 'fail' ? [id] : [])));
    this.#right = digest;
    this.#seen.add(digest);
    const failed = findings.filter(({ gating, status }) => gating && status === 'fail').map(({ id }) => id);
    if (failed.length > 0) throw new Error(`the unbroken target fails ${failed.join(', ')}`);
  }

  static async on(tape: AnswerTape): Promise<AnswerPlayer> {
    return new AnswerPlayer(tape, await loadScripts(tape));
  }

  play(mutant: AnswerMutant): Played {
    const { http, debates, frames, hits, ...named } = mutant;
    const equivalent = equivalence(named, ANSWER_EQUIVALENTS);
    const { findings, digest } = this.#judged(mutant);
    if (this.#seen.has(digest))
      return { ...named, equivalent, by: [], fate: digest === this.#right ? 'unchanged' : 'repeated' };
    this.#seen.add(digest);
    const failed = findings.flatMap(({ id, gating, status }) => (gating && status === 'fail' ? [id] : []));
    const killers = failed.filter((id) => mayKillAnswer(id, named.family));
    if (killers.length > 0) return { ...named, equivalent, fate: 'killed', by: killers };
    if (failed.length > 0) return { ...named, equivalent, fate: 'elsewhere', by: failed };
    const lost = findings.flatMap(({ id, gating, status, bad }) =>
      this.#passing.has(id) && gating && (status === 'no-data' || (status === 'inconclusive' && bad > 0)) ? [id] : [],
    );
    return { ...named, equivalent, fate: lost.length > 0 ? 'undecided' : 'survived', by: lost };
  }

  #judged(mutant: AnswerMutant | undefined): { readonly findings: readonly Finding[]; readonly digest: string } {
    this.#number += 1;
    const said = createHash('sha1');
    const stage: Stage = new Stage(
      listenedTo(
        new World(this.#tape, ASKED, { ...(mutant && { mutant }), number: this.#number, nowMs: () => stage.nowMs }),
        (text) => said.update(text.replaceAll(new RegExp(`adhoc_${this.#number.toString(16)}x`, 'g'), 'adhoc_x')),
      ),
    );
    enter(stage);
    this.#load(stage);
    const facts = factsOf(OBJECTIVES, secondsOf(stage.samples));
    const { findings } = judge(facts, []);
    return { findings, digest: said.digest('hex') };
  }

  #load(stage: Stage): void {
    const { health, list, creation, agents, consensus, websocket } = this.#scripts;
    const arrivals = [
      { script: websocket, scenario: 'websocket_0', at: Array.from({ length: SOCKETS }, () => 0) },
      { script: agents, scenario: 'agents_0', at: arrivalsAt(RATES.agents) },
      { script: creation, scenario: 'debates-create_0', at: arrivalsAt(RATES.creation) },
      { script: health, scenario: 'health_0', at: arrivalsAt(RATES.health) },
      { script: list, scenario: 'debates-list_0', at: arrivalsAt(RATES.list) },
      { script: consensus, scenario: 'consensus_0', at: arrivalsAt(RATES.consensus) },
    ];
    for (const { script, scenario, at } of arrivals) {
      at.forEach((ms, iteration) => {
        stage.after(ms, () => {
          stage.scenario = scenario;
          stage.iteration = iteration;
          script();
        });
      });
    }
    stage.run(START_MS + 60_000);
  }
}

function arrivalsAt(perSec: number): number[] {
  return Array.from({ length: perSec * LOAD_SEC }, (_, index) => (index * 1000) / perSec);
}

/** Hands on everything that the server says. */
function listenedTo(server: Server, heard: (text: string) => void): Server {
  const frames = (said: ReturnType<Server['greet']>) => {
    heard(JSON.stringify(said));
    return said;
  };
  return {
    ask: (asked: HttpAsked): HttpAnswer | 'reset' => {
      const answer = server.ask(asked);
      heard(JSON.stringify(answer));
      return answer;
    },
    greet: () => frames(server.greet()),
    hear: (message) => frames(server.hear(message)),
  };
}

function secondsOf(samples: readonly Sample[]): Partial<Record<string, MadeSecond[]>> {
  const made: Record<string, { ms: number[]; failed: Record<string, number> }[]> = {};
  for (const { endpoint, outcome, ms, atMs } of samples) {
    const at = Math.floor(atMs / 1000) - START_SECOND;
    made[endpoint] ??= Array.from({ length: 61 }, () => ({ ms: [], failed: {} }));
    const second = made[endpoint][at];
    if (second === undefined) continue;
    if (outcome === 'ok') second.ms.push(ms);
    else second.failed[outcome] = (second.failed[outcome] ?? 0) + 1;
  }
  return made;
}

function enginePlanOf({ preparedId, prepared }: AnswerTape): EnginePlan {
  const scenario = (journey: string, ratePerSec: number) => ({
    ...({ journey, kind: 'arrivals', startSec: 0, durationSec: LOAD_SEC, ratePerSec, vus: 1, maxVus: 1 } as const),
    ...{ fromDue: [], owed: [] },
  });
  return {
    ...{ httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', seed: 1, subprotocol: 'aragora-v1' },
    ...{ distinctClients: false, namesakesSpeak: true, limitsUs: {}, generators: 1 },
    debateId: preparedId,
    prepared: { ...prepared, consensus: true, tookMs: 400 },
    endpoints: endpointsOf(JOURNEYS).map(({ name }) => name),
    scenarios: {
      websocket_0: { ...scenario('websocket', 0), kind: 'sockets', pingEverySec: 1 },
      agents_0: scenario('agents', RATES.agents),
      'debates-create_0': scenario('debates-create', RATES.creation),
      health_0: scenario('health', RATES.health),
      'debates-list_0': scenario('debates-list', RATES.list),
      consensus_0: scenario('consensus', RATES.consensus),
    },
  };
}

/** k6 gives the scripts these. */
interface K6Globals {
  __ENV?: Record<string, string>;
  open?: () => string;
}

async function loadScripts(tape: AnswerTape): Promise<Scripts> {
  const globals = globalThis as unknown as K6Globals;
  globals.__ENV = { PLAN: 'engine.json' };
  globals.open = () => JSON.stringify(enginePlanOf(tape));
  const scripts = new URL('../../../scenarios/', import.meta.url);
  const load = async (name: string) =>
    (await import(new URL(`${name}.ts`, scripts).href)) as Readonly<Record<string, (prepared: object) => void>>;
  const [health, debates, agents, consensus, websocket] = await Promise.all(
    ['health', 'debates', 'agents', 'consensus', 'websocket'].map(load),
  );
  const called =
    (module: Readonly<Record<string, (prepared: object) => void>> | undefined, name = 'default') =>
    () =>
      module?.[name]?.({ debateId: tape.preparedId });
  return {
    health: called(health),
    list: called(debates),
    creation: called(debates, 'debatesCreate'),
    agents: called(agents),
    consensus: called(consensus),
    websocket: called(websocket),
  };
}

/** The proof of a telemetry break: a short run of the whole harness in which only telemetry and one lenient objective gate. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbeddedTarget } from '../../lib/embedded/process.ts';
import type { RunRequest } from '../../lib/run/request.ts';
import { type RunResult, run } from '../../lib/run/run.ts';
import type { NamedBreak } from '../../lib/target/break.ts';
import type { Proof } from './prove.ts';

/** The control: nothing is broken, so everything passes. */
export type TelemetrySubject = NamedBreak | 'control';

export const TELEMETRY_CONTROL = 'telemetry-control';

export interface Rates {
  readonly durationSec: number;
  readonly health: number;
  readonly others: number;
  readonly agents: number;
}

/** A correct sampling ratio is proven by a thousand requests without traceparent; to prove anything else wrong takes a few. */
export const CONTROL: Rates = { durationSec: 15, health: 90, others: 25, agents: 12 };
export const BROKEN: Rates = { durationSec: 5, health: 40, others: 12, agents: 8 };

/** Held all the time, and several times as many as agents hold for a moment: half of all are then fewer than clients surely held. */
const SOCKETS = 20;

/** Nothing here is about latency, and the runs mostly wait, so more run side by side than there are cores. */
const ABREAST = 4;
export const SEED = 1;
/** Debates that take this long are seen running by nearly every scrape, although there are few. */
export const LONG_DEBATES = ['--latency', 'agent-response=constant(300ms)'];
/** Answers that take long enough for a wrong duration to be more than what two layers of a server may differ by. */
export const SLOW_ANSWERS = ['debates-list', 'debates-create', 'consensus'].flatMap((wait) => [
  '--latency',
  `${wait}=lognormal(60ms,0.3)`,
]);
/** Breaks that are seen only in as many requests as the control has, or in answers that take their time. */
const OF_TIMES: ReadonlySet<string> = new Set([
  'traces.agent-calls-as-long-as-rounds',
  'traces.begun-short',
  'traces.begun-long',
  'traces.sampling-uneven',
]);
export const SILENT = { note: () => {}, warn: () => {}, update: () => {} };

/** Only one lenient objective gates, so that a busy machine says nothing about telemetry. */
function profileOf({ durationSec, health, others, agents }: Rates) {
  const at = (ratePerSec: number) => ({ ratePerSec, durationSec });
  return {
    name: 'telemetry',
    journeys: {
      health: at(health),
      'debates-list': at(others),
      agents: at(agents),
      consensus: at(others),
      websocket: { sockets: SOCKETS, durationSec },
    },
    gates: ['latency.agent-response.p50', 'metrics.', 'traces.', 'logs.', 'probes.', 'sentry.'],
  };
}

/** Under `dir`. */
export function profileFile(name: string, rates: Rates, dir: string): string {
  const path = join(dir, `${name}.profile.json`);
  writeFileSync(path, JSON.stringify(profileOf(rates)));
  return path;
}

/** Runs it in a separate folder under `dir`. */
export function runTelemetry(subject: TelemetrySubject, dir: string, signal: AbortSignal): Promise<RunResult> {
  const [name, args, rates] =
    subject === 'control' ? ['control', [], CONTROL] : [subject.name, ['--break', subject.name], BROKEN];
  const isOfTimes = OF_TIMES.has(name);
  const request = requestOf(`telemetry-${name}`, isOfTimes ? CONTROL : rates, dir);
  const targetArgs = [...args, ...LONG_DEBATES, ...(isOfTimes ? SLOW_ANSWERS : [])];
  const sources = subject === 'control' ? undefined : subject.asks;
  return run({ ...request, targetArgs, sources }, SILENT, signal);
}

/** Against a target that somebody else started, of which only the address is known. */
export function runAgainst(
  { httpUrl, wsUrl }: Pick<EmbeddedTarget, 'httpUrl' | 'wsUrl'>,
  dir: string,
  signal: AbortSignal,
): Promise<RunResult> {
  return run({ ...requestOf('telemetry-of-another', BROKEN, dir), target: httpUrl, ws: wsUrl }, SILENT, signal);
}

function requestOf(name: string, rates: Rates, dir: string): RunRequest {
  const profile = profileFile(name, rates, dir);
  const out = join(dir, name);
  return { targetArgs: [], profile, contract: 'documented', out, seed: SEED, telemetry: true, token: undefined };
}

/** What a run of it proves. */
export function telemetryProof(subject: TelemetrySubject, { facts }: RunResult): Proof {
  // A finding that does not gate can have a break, too.
  const own = subject === 'control' ? null : subject.finding;
  const open = facts.verdict.findings.filter(({ id, gating, status }) => (gating || id === own) && status !== 'pass');
  // A finding that is undecided because of the break blames nobody.
  const failed = open.filter(({ status }) => status === 'fail');
  const undecided = open.filter(({ status }) => status !== 'fail');
  // Nor does one that is filed under the finding of the break.
  const tripped = failed.filter(({ because }) => subject === 'control' || because !== subject.finding);
  if (subject === 'control') {
    return {
      name: TELEMETRY_CONTROL,
      expected: null,
      tripped,
      undecided,
      caught: facts.verdict.outcome === 'conforms',
    };
  }
  const { name, finding } = subject;
  const outcome = tripped[0]?.gating === false ? 'conforms' : 'breaches';
  const caught = tripped.length === 1 && tripped[0]?.id === finding && facts.verdict.outcome === outcome;
  return { name, expected: finding, tripped, undecided, caught };
}

/** Returns at once, with a promise for each by its name; the control goes first and alone. */
export function proveTelemetry(
  subjects: readonly TelemetrySubject[],
  dir: string,
  signal: AbortSignal,
): Map<string, Promise<Proof>> {
  const proofs = new Map<string, Promise<Proof>>();
  const proveOne = async (subject: TelemetrySubject) =>
    telemetryProof(subject, await runTelemetry(subject, dir, signal));
  const before = subjects.includes('control') ? [proveOne('control')] : [];
  for (const control of before) proofs.set(TELEMETRY_CONTROL, control);
  const free = new Free(ABREAST, Promise.allSettled(before));
  for (const subject of subjects) {
    if (subject !== 'control')
      proofs.set(
        subject.name,
        free.next(() => proveOne(subject)),
      );
  }
  // Whoever waits for one learns how it failed; until then nobody waits.
  void Promise.allSettled(proofs.values());
  return proofs;
}

/** So many at a time: the next one begins as soon as one before has ended. */
export class Free {
  readonly #waiting: (() => void)[] = [];

  constructor(abreast: number, begin: Promise<unknown>) {
    void begin.then(() => {
      for (let lane = 0; lane < abreast; lane++) this.#waiting.shift()?.();
    });
  }

  async next<T>(work: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return work().finally(() => this.#waiting.shift()?.());
  }
}

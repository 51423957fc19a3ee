/** Whether two runs can be compared at all, and what makes them less similar than they should be. */
import { SloError } from '../../core/error.ts';
import type { Finding } from '../../core/finding.ts';
import type { Journey } from '../../core/plan.ts';
import type { Environment } from '../../core/run.ts';
import type { Outcome } from '../../core/verdict.ts';

/** The parts of a run's load that must be the same. */
export interface ComparedLoad {
  /** As the user named it. */
  readonly label: string;
  readonly profile: string;
  /** Of all phases, in their order. */
  readonly journeys: readonly Journey[];
}

/** One run, from its folder or from the history. */
export interface ComparedRun {
  readonly runId: string;
  readonly profile: string;
  readonly contract: string;
  /** Of all phases, in their order. */
  readonly journeys: readonly Journey[];
  /** null where it is not stored. */
  readonly httpUrl: string | null;
  /** Unix ms. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: Outcome;
  /** Why this outcome; one sentence. */
  readonly headline: string;
  readonly findings: readonly (Pick<Finding, 'id' | 'status'> & Partial<Pick<Finding, 'summary'>>)[];
  readonly environment: Environment;
}

type OnMachine = Pick<ComparedRun, 'environment'>;

/** @throws SloError `usage` unless both have one profile, with the same journeys at the same rates. */
export function checkSameLoad(a: ComparedLoad, b: ComparedLoad): void {
  const hint =
    'latencies can be compared under the same load only: record one of the two again, with the profile of the other';
  if (a.profile !== b.profile) {
    const of = `${a.label} is of the profile "${a.profile}", ${b.label} of "${b.profile}"`;
    throw new SloError('usage', `the runs can't be compared: ${of}`, { hint });
  }
  const names = [...new Set([...a.journeys, ...b.journeys].map(({ name }) => name))];
  const differing = names.find((name) => loadText(a.journeys, name) !== loadText(b.journeys, name));
  if (differing === undefined) return;
  const loads = `${a.label} has ${differing} ${loadText(a.journeys, differing)}, ${b.label} ${loadText(b.journeys, differing)}`;
  throw new SloError('usage', `the runs can't be compared: two profiles are called "${a.profile}", and ${loads}`, {
    hint,
  });
}

/** Rates and lengths, to show and to compare. */
function loadText(journeys: readonly Journey[], name: Journey['name']): string {
  const texts = journeys.filter((one) => one.name === name).map(journeyText);
  return texts.length === 0 ? 'not at all' : texts.join(', then ');
}

function journeyText(journey: Journey): string {
  if (journey.kind === 'sockets')
    return `with ${journey.sockets} sockets for ${journey.durationSec} s, a ping each ${journey.pingEverySec} s`;
  return `at ${journey.steps.map(({ ratePerSec, durationSec }) => `${ratePerSec}/s for ${durationSec} s`).join(', ')}`;
}

/** What a latency depends on besides the server: the machine, and the program that measures. */
const MACHINE = ['cpu', 'memory', 'os'];
const NODES = ['cluster', 'nodes'];
const MEASURED_BY = ['aragora-slo', 'engine', 'node'];

/** Why a run can't be compared with itself, under whatever label; null for two different runs. */
export function sameRun(a: ComparedRun, b: ComparedRun): string | null {
  return a.runId === b.runId ? `both are the run ${a.runId}: a run can't be compared with itself` : null;
}

/** One clause; null for runs of one machine. An unknown machine may be different. */
export function machinesDiffer(a: OnMachine, b: OnMachine): string | null {
  const [ofA, ofB] = [isOfCluster(a.environment), isOfCluster(b.environment)];
  if (ofA !== ofB) return 'machines differ: one load came from the pods of a cluster, and the other one did not';
  const differing = differingValues(a, b, ofA ? NODES : MACHINE);
  return differing.length === 0 ? null : `machines differ: ${differing.join(', ')}`;
}

/** Whether its engines ran in a cluster: then the nodes count, and not the machine that asked for the load. */
export function isOfCluster(environment: Environment): boolean {
  return environment['cluster'] !== undefined;
}

/** One sentence each. */
export function warningsOf(a: ComparedRun, b: ComparedRun): string[] {
  const machines = machinesDiffer(a, b);
  const versions = differingValues(a, b, MEASURED_BY);
  return [
    ...(machines === null ? [] : [machines]),
    ...(versions.length === 0 ? [] : [`the measuring programs differ: ${versions.join(', ')}`]),
    ...(a.contract === b.contract ? [] : [`contracts differ: ${a.contract} and ${b.contract}`]),
    ...(a.outcome === 'breaches' ? [`run A itself breaches objectives: ${a.headline}`] : []),
  ];
}

function differingValues(a: OnMachine, b: OnMachine, keys: readonly string[]): string[] {
  return keys.flatMap((key) => {
    const [ofA, ofB] = [a, b].map(({ environment }) => environment[key] ?? 'unknown');
    return ofA === ofB && ofA !== 'unknown' ? [] : [`${key} ${ofA} and ${ofB}`];
  });
}

/** Why these latencies can't give an answer, one sentence; null when they can. */
export function unsound(label: string, { findings }: ComparedRun): string | null {
  for (const id of ['load.completed', 'load.generator']) {
    const finding = findings.find((one) => one.id === id);
    if (finding === undefined) return `${label}: it has no finding ${id}`;
    if (finding.status !== 'pass') return `${label}: ${summaryText(finding)}`;
  }
  return null;
}

/** Why samples may be missing that would have been slow, one sentence; null when the load was delivered, or none was planned. */
export function undelivered(label: string, { findings }: ComparedRun): string | null {
  const finding = findings.find(({ id, status }) => id === 'load.delivered' && status !== 'pass');
  return finding === undefined ? null : `${label}: ${summaryText(finding)}`;
}

/** The history stores no summaries. */
function summaryText({ id, status, summary }: ComparedRun['findings'][number]): string {
  return summary ?? `${id} is ${status}`;
}

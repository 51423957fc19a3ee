/** The release gate: loads the candidate with its baseline's load, judges it by its objectives, and compares it with the baseline. */
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import type { OwnJourney, Profile } from '../../thresholds/profiles.ts';
import { loadProfile } from '../config/profile.ts';
import type { RunComparison } from '../core/difference.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import type { Journey } from '../core/plan.ts';
import type { Environment } from '../core/run.ts';
import { machine } from '../run/environment.ts';
import { journeysOf, refusePhases } from '../run/phase-plan.ts';
import type { RunRequest } from '../run/request.ts';
import { type RunResult, run } from '../run/run.ts';
import type { RunUi } from '../run/ui.ts';
import type { Baseline } from './baseline.ts';
import { type Measure, sideOf } from './folders.ts';
import { checkSameLoad, isOfCluster } from './model/comparable.ts';
import { compareRuns, hopeless } from './model/compare.ts';

export interface GateRequest extends Omit<RunRequest, 'profile' | 'contract'> {
  readonly against: Baseline;
  /** Absent: the baseline's. Another profile than the baseline's is refused. */
  readonly profile?: string | Profile | undefined;
  /** Absent: the baseline's. */
  readonly contract?: string | undefined;
  readonly measure: Measure;
}

export interface GateResult extends RunResult {
  readonly comparison: RunComparison;
}

/** @throws SloError as `run` does, and `usage` for another profile than the baseline's, and for a baseline that can never give an answer. */
export async function gate(request: GateRequest, ui: RunUi, signal: AbortSignal): Promise<GateResult> {
  const { against, measure, ...rest } = request;
  const { side, mostBlocks, objectives } = against;
  for (const warning of against.warnings) ui.note(`warning: ${warning}`);
  const profile = profileOf(request);
  const why = hopeless(side, placeOf(request), measure.percentiles);
  if (why !== null) throw nothingToTell(why);
  const contract = request.contract ?? contractOf(side.run.contract);
  const asked = { ...rest, profile, contract, slo: request.slo ?? objectives };
  const result = await run(asked, ui, signal);
  // Only on one machine is a difference the servers'.
  const candidate = sideOf('the candidate', result.facts, mostBlocks);
  return { ...result, comparison: compareRuns(side, candidate, { ...measure, purpose: 'gate' }) };
}

/** What is known of it before the load. Which nodes of a cluster take the engines shows only when they run. */
function placeOf({ kubernetes, against }: GateRequest): Environment {
  if (kubernetes !== true) return machine();
  const { environment } = against.side.run;
  return isOfCluster(environment) ? environment : { cluster: 'asked for' };
}

/** The baseline may be of a release of the harness that knew others. */
function contractOf(name: string): ContractName {
  if (Object.hasOwn(CONTRACTS, name)) return name as ContractName;
  throw new SloError('usage', `the baseline's contract "${name}" is unknown`, {
    hint: `name one with --contract; ${legalValues(name, Object.keys(CONTRACTS))}`,
  });
}

function nothingToTell(why: string): SloError {
  return new SloError('usage', `this baseline can't give an answer, so nothing was loaded: ${why}`, {
    exitCode: EXIT_CODE.inconclusive,
    hint: 'record another baseline on this machine, to its end; `run` judges the candidate alone',
  });
}

function profileOf({ profile: named, against }: GateRequest): Profile {
  if (named === undefined) return recordedProfile(against);
  const profile = loadProfile(named);
  refusePhases(profile, 'a gate compares loads of one phase');
  const wanted = { label: `--profile ${profile.name}`, profile: profile.name, journeys: journeysOf(profile) };
  checkSameLoad({ label: against.label, profile: against.side.run.profile, journeys: against.journeys }, wanted);
  return profile;
}

/** As it was when the baseline was recorded: the same load, and the same findings gate. */
function recordedProfile({ journeys, gates, side }: Baseline): Profile {
  const own = journeys.flatMap(describedIn);
  const specs = journeys.map((journey) => {
    if (journey.kind === 'arrivals') return [journey.name, { steps: journey.steps }];
    const { sockets, durationSec, pingEverySec } = journey;
    return [journey.name, { sockets, durationSec, pingEverySec }];
  });
  return {
    name: side.run.profile,
    description: '',
    journeys: Object.fromEntries(specs),
    gates,
    ...(own.length > 0 && { own }),
  };
}

/** Its objectives are among those of the baseline. */
function describedIn(journey: Journey): OwnJourney[] {
  if (journey.kind !== 'arrivals' || !journey.endpoints.some(({ own }) => own)) return [];
  const { steps: _steps, vus: _vus, maxVus: _maxVus, ...descriptor } = journey;
  return [{ descriptor, objectives: [] }];
}

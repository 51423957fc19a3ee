/** Checks the files that a run would read, without a run: which kind each is, whether it is valid, and whether it fits the others. */
import { resolve } from 'node:path';
import { CONTRACTS } from '../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { DOCUMENTED_OBJECTIVES } from '../../thresholds/slos.ts';
import { loadAccepted } from '../config/accepted.ts';
import { backendAccess } from '../config/backend-access.ts';
import { readDocument } from '../config/check.ts';
import { type LoadedContract, loadContract } from '../config/contract.ts';
import { profileOf } from '../config/profile.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import { loadObjectives } from '../config/slo.ts';
import { SloError } from '../core/error.ts';
import { mostOf } from '../core/extent.ts';
import { journeyDurationSec, type Objective } from '../core/plan.ts';
import { learn } from '../journeys/index.ts';
import { journeysOf } from '../run/phase-plan.ts';
import { checkGates } from '../run/plan.ts';
import { systemChecks } from '../run/telemetry-plan.ts';
import { type FileKind, kindOf } from './kind.ts';

export interface NamedFile {
  readonly path: string;
  /** Absent: known by the content. */
  readonly kind?: FileKind | undefined;
}

/** `text` says what the file contains, or what is wrong with it. */
export interface CheckedFile {
  readonly path: string;
  readonly valid: boolean;
  readonly text: string;
}

/**
 * Checks `files`, and what a config among them refers to. The order follows what depends on what: config, objectives, the rest. Gates and
 * acceptances of a config must be legal with its objectives, as for a run; those of other files with any of the objectives that were given.
 * @param today `YYYY-MM-DD`, UTC: an acceptance that ended before it is no longer valid.
 */
export async function validateFiles(files: readonly NamedFile[], today: string): Promise<CheckedFile[]> {
  const validation = new Validation(files);
  await validation.configs();
  validation.objectives();
  for (const file of validation.of('profile')) {
    validation.check(file, () => checkedProfile(file.path, validation.objectivesFor(file)), tellProfile);
  }
  for (const file of validation.of('contract')) {
    validation.check(file, () => loadContract(file.path), tellContract);
  }
  for (const file of validation.of('accept')) {
    const accepted = () => checkedAcceptances(file.path, validation.objectivesFor(file), today);
    validation.check(file, accepted, (all) => count(all.length, 'accepted deviation'));
  }
  return validation.checked;
}

interface KnownFile {
  readonly path: string;
  readonly kind: FileKind;
  readonly ofConfig: boolean;
}

class Validation {
  readonly checked: CheckedFile[] = [];
  #files: KnownFile[] = [];
  /** The objectives of the config: a run judges only these. */
  #configured: readonly Objective[] = DOCUMENTED_OBJECTIVES;
  /** Written into a config. */
  readonly #inline: Profile[] = [];
  /** All objectives that were given. */
  readonly #given: Objective[] = [...DOCUMENTED_OBJECTIVES];

  constructor(files: readonly NamedFile[]) {
    for (const { path, kind } of files) {
      const known = this.#attempt(path, () => kind ?? kindOf(path));
      if (known !== undefined) this.#files.push({ path, kind: known, ofConfig: false });
    }
  }

  of(kind: FileKind): readonly KnownFile[] {
    return this.#files.filter((file) => file.kind === kind);
  }

  objectivesFor({ ofConfig }: KnownFile): readonly Objective[] {
    return ofConfig ? this.#configured : [...this.#given, ...this.#configured];
  }

  async configs(): Promise<void> {
    for (const file of this.of('config')) {
      const outcome = await readWhole(file.path).catch((error: unknown) => ({ error }));
      const settings = this.check(file, () => ('error' in outcome ? raise(outcome.error) : outcome), tellSettings);
      if (settings === undefined) continue;
      const own = referredTo(settings);
      const isOwn = ({ path }: KnownFile): boolean => own.some((other) => resolve(other.path) === resolve(path));
      this.#files = [...this.#files.filter((other) => !isOwn(other)), ...own];
      if (typeof settings.profile === 'object') this.#inline.push(settings.profile);
      if (settings.slo !== undefined) this.#configured = typeof settings.slo === 'string' ? [] : settings.slo;
    }
  }

  objectives(): void {
    for (const file of this.of('slo')) {
      const objectives = this.check(
        file,
        () => this.#knowingJourneys(() => loadObjectives(file.path)),
        (all) => count(all.length, 'objective'),
      );
      this.#given.push(...(objectives ?? []));
      if (file.ofConfig) this.#configured = objectives ?? [];
    }
  }

  /** Objectives may name endpoints that any of the profiles describes. */
  #knowingJourneys<T>(act: () => T): T {
    const profiles = [...this.#inline, ...this.of('profile').flatMap(({ path }) => readable(path))];
    const forget = learn(profiles.flatMap(({ own = [] }) => own.map(({ descriptor }) => descriptor)));
    try {
      return act();
    } finally {
      forget();
    }
  }

  /** One line of the result: what `act` returned, put into words by `words`, or why it refused. */
  check<T>({ path }: KnownFile, act: () => T, words: (value: T) => string): T | undefined {
    const value = this.#attempt(path, act);
    if (value !== undefined) this.checked.push({ path, valid: true, text: words(value) });
    return value;
  }

  #attempt<T>(path: string, act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      this.checked.push({ path, valid: false, text: reasonOf(error, path) });
      return undefined;
    }
  }
}

/** None where it is not valid: its own line says so. */
function readable(path: string): readonly Profile[] {
  try {
    return [profileOf(path, readDocument(path))];
  } catch (error) {
    if (error instanceof SloError) return [];
    throw error;
  }
}

function raise(error: unknown): never {
  throw error;
}

function reasonOf(error: unknown, path: string): string {
  if (!(error instanceof SloError)) throw error;
  const own = error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message;
  return error.hint === undefined ? own : `${own} (${error.hint})`;
}

/** The config, its inline profile with its gates, and whether the certificates that it names exist. */
async function readWhole(path: string): Promise<Settings> {
  const { values: settings } = await readSettings(path);
  backendAccess({}, settings);
  const { profile, slo } = settings;
  if (typeof profile === 'object' && typeof slo !== 'string') gatesHold(profile, slo ?? DOCUMENTED_OBJECTIVES);
  return settings;
}

function referredTo({ profile, slo, accept, contract }: Settings): KnownFile[] {
  const named = { slo, profile, accept, contract };
  const builtIn = [...Object.keys(PROFILES), ...Object.keys(CONTRACTS)];
  return (['slo', 'profile', 'accept', 'contract'] as const).flatMap((kind) => {
    const path = named[kind];
    const mayBeName = kind === 'profile' || kind === 'contract';
    if (typeof path !== 'string' || (mayBeName && builtIn.includes(path))) return [];
    return [{ path, kind, ofConfig: true }];
  });
}

function gatesHold(profile: Profile, objectives: readonly Objective[]): void {
  checkGates(profile, objectives, systemChecks('documented'));
}

function checkedProfile(path: string, objectives: readonly Objective[]): Profile {
  const profile = profileOf(path, readDocument(path));
  gatesHold(profile, loadObjectives(objectives, profile));
  return profile;
}

function checkedAcceptances(path: string, objectives: readonly Objective[], today: string) {
  const legal = [...objectives, ...systemChecks('documented')].map(({ id }) => id);
  const accepted = loadAccepted(path, legal);
  const over = accepted.filter(({ expires }) => expires < today);
  if (over.length === 0) return accepted;
  const said = over.map(({ finding, expires }) => `"${finding}" on ${expires}`).join(', ');
  throw new SloError('config-invalid', `${path}: expired: ${said}`, {
    hint: 'it gates again: repair what it excused, or accept it again',
  });
}

function tellSettings(settings: Settings): string {
  const keys = Object.keys(settings);
  return keys.length === 0 ? 'config that sets nothing' : `config of ${keys.join(', ')}`;
}

function tellContract({ contract, ownNames = { file: '' } }: LoadedContract): string {
  const { metrics = {}, spans = {}, logs = {} } = ownNames;
  const names = [metrics, spans, logs].reduce((sum, one) => sum + Object.keys(one).length, 0);
  return `${count(names, 'own name')} over the contract ${contract}`;
}

function tellProfile(profile: Profile): string {
  const journeys = journeysOf(profile);
  const longestSec = mostOf(journeys.map(journeyDurationSec));
  return `profile ${profile.name}, ${count(journeys.length, 'journey')}, ${longestSec} s`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

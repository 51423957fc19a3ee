/** What a run is asked for: the values of its options, which of them contradict each other, and the command line that asks for it again. */
import type { Profile } from '../../thresholds/profiles.ts';
import { CLUSTER_OPTIONS } from '../config/engine-options.ts';
import { POD_FAULT_OPTIONS } from '../config/fault-options.ts';
import { BREAK, CHECK_OPTIONS, RUN_OPTIONS } from '../config/options.ts';
import { SloError } from '../core/error.ts';
import type { BackendAccess } from '../http/access.ts';
import { isSayable, quoted, wordsOf } from '../options/command-line.ts';
import { type ConfigFile, type Origin, resolve, type Said } from '../options/resolve.ts';
import { flagOf, type OptionSpec, type OptionValues } from '../options/spec.ts';
import { type SystemValues, systemOptions } from '../systems/options.ts';

type RunValues = OptionValues<typeof RUN_OPTIONS>;

/** Options that a run takes unchanged. The others are for the command (`quiet`), the history, or the embedded target (`break`). */
type Taken =
  | 'target'
  | 'ws'
  | 'ca'
  | 'slo'
  | 'accept'
  | 'out'
  | 'telemetry'
  | 'seed'
  | 'full'
  | 'dashboard'
  | 'runners'
  | 'kubernetes'
  | 'context'
  | 'namespace'
  | 'engineImage'
  | 'fault'
  | 'faultCommand'
  | 'faultService'
  | 'agentImage';

/** Without `target`, the embedded reference target is started and gated. */
export interface RunRequest extends Readonly<{ [Name in Taken]?: RunValues[Name] | undefined }> {
  /** A name, a path, or the profile itself. */
  readonly profile: string | Profile;
  /** A name, or the path of a file of own names. */
  readonly contract: RunValues['contract'];
  /** Arguments of the embedded target, for example `--break NAME`. */
  readonly targetArgs: readonly string[];
  /** Where a named target's telemetry is; absent: only its /metrics. */
  readonly sources?: SystemValues | undefined;
  /** Credentials and certificates for the sources; never stored. */
  readonly access?: BackendAccess | undefined;
  readonly token: string | undefined;
  /** How it was asked for, so that it can be asked for again; absent: as `run` with exactly these values. */
  readonly asked?: Asked | undefined;
}

export interface Asked {
  readonly command: string;
  readonly specs: readonly OptionSpec[];
  /** By name. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Path of the config file in use. */
  readonly config?: string | undefined;
}

/** A request without what only the environment and files can say: secrets and certificates. */
export type OpenRequest = Omit<RunRequest, 'token' | 'access' | 'sources'> & { readonly sources: SystemValues };

/**
 * The value that wins for every option of `run`. @throws SloError `usage` for a value that is not legal, and for values that contradict
 * each other.
 */
export function runRequest(said: Said): OpenRequest {
  const { values, origins } = resolve(RUN_OPTIONS, said);
  const { profile, contract } = values;
  return { ...withSources({ command: 'run', specs: RUN_OPTIONS, values, origins }, said), profile, contract };
}

/** `check` is a run of its profile, and is asked for again as `check`. */
export function checkRequest(said: Said): OpenRequest {
  const { values: own, origins } = resolve(CHECK_OPTIONS, said);
  const { contract } = own;
  const profile = 'check';
  const values = { ...own, profile, telemetry: true, full: false };
  return { ...withSources({ command: 'run', specs: RUN_OPTIONS, values, origins }, said), profile, contract };
}

/** A command that loads a server and looks at its telemetry, and the values that win for its own options. */
export interface Resolution {
  readonly command: string;
  readonly specs: readonly OptionSpec[];
  readonly values: Readonly<{ [Name in keyof RunValues]?: RunValues[Name] | undefined }>;
  readonly origins: Readonly<Partial<Record<string, Origin>>>;
}

/**
 * The request without the load, with the values that win for the options of the systems. @throws SloError `usage` for values that
 * contradict each other.
 */
export function withSources(
  { command, specs, values, origins }: Resolution,
  said: Said,
): Omit<OpenRequest, 'profile' | 'contract'> {
  refuseContradictions({ values, origins }, said.file);
  const { target, ws, ca, slo, accept, out, telemetry, seed, full, dashboard, runners, fault, faultCommand } = values;
  const { kubernetes, context, namespace, engineImage, faultService, agentImage } = values;
  const sources = sourcesOf(values, said);
  const asked = {
    command,
    specs: [...specs, ...systemOptions()],
    values: { ...values, ...sources },
    config: said.file?.path,
  };
  const targetArgs = wordsOf([BREAK], values);
  const load = {
    target,
    ws,
    ca,
    slo,
    accept,
    telemetry,
    seed,
    full,
    runners,
    fault,
    faultCommand,
    faultService,
    agentImage,
  };
  return { ...load, out, dashboard, kubernetes, context, namespace, engineImage, sources, targetArgs, asked };
}

/**
 * Where the target's telemetry is; for the embedded target, which brings its own, only what is asked of it besides.
 * @throws SloError `usage` for a source on the command line where none is asked.
 */
function sourcesOf({ target, telemetry }: Resolution['values'], said: Said): SystemValues {
  const specs = systemOptions();
  const { values, origins } = resolve(specs, said);
  const typed = specs.find(({ name }) => origins[name] === 'flag');
  const misplaced = specs.find(({ name, embedded }) => origins[name] === 'flag' && !embedded);
  if (misplaced !== undefined && target === undefined) {
    const why = 'of the embedded target, only the telemetry that it brings itself is read';
    throw new SloError('usage', `--${flagOf(misplaced)} needs --target: ${why}`);
  }
  if (typed !== undefined && telemetry === false) {
    throw new SloError('usage', `--${flagOf(typed)} and --no-telemetry exclude each other`, {
      hint: 'telemetry: false of the environment or the config file is the same; --telemetry wins over them',
    });
  }
  if (telemetry === false) return {};
  if (target !== undefined) return values;
  const isAsked = ({ name, embedded }: OptionSpec) =>
    embedded === true || (embedded === 'flag' && origins[name] === 'flag');
  const legal = new Set(specs.flatMap((spec) => (isAsked(spec) ? [spec.name] : [])));
  return Object.fromEntries(Object.entries(values).filter(([name]) => legal.has(name)));
}

/** @throws SloError `usage`, wherever the values come from: an option, its variable or the config file. */
export function refuseContradictions(
  { values, origins }: Pick<Resolution, 'values' | 'origins'>,
  file: ConfigFile | undefined,
): void {
  const { target, ws, ca, break: breaks, runners = 1, dashboard } = values;
  refuseElsewhere({ values, origins });
  if (dashboard !== undefined && runners > 1) {
    const message = '--dashboard and --runners exclude each other: a dashboard of k6 shows one engine';
    throw new SloError('usage', message, { hint: '`watch` shows all of them' });
  }
  if (breaks !== undefined && target !== undefined) {
    throw new SloError('usage', '--break is for the embedded target, and cannot be used with a named one', {
      hint: 'leave out --target; --no-config leaves out the config file',
    });
  }
  // The file's `ws` belongs to its `target`: with another target, half of the load would go to another server.
  const ofFile = file?.values['target'];
  if (file !== undefined && origins['ws'] === 'file' && ofFile !== undefined && ofFile !== target) {
    const message = `the "ws" of ${file.path} belongs to its "target", and another target is asked for`;
    throw new SloError('usage', message, { hint: 'name the WebSocket address of the other target with --ws' });
  }
  if (ca !== undefined && target === undefined)
    throw new SloError('usage', '--ca needs --target: the embedded reference target has no certificate');
  if (ws !== undefined && target === undefined)
    throw new SloError('usage', '--ws needs --target: without it the embedded reference target is used');
}

/** More than some tens of engines on one machine only wait for each other. */
const MOST_HERE = 64;

/** @throws SloError `usage` for what engines in a cluster need, or can't have. */
function refuseElsewhere({ values, origins }: Pick<Resolution, 'values' | 'origins'>): void {
  const { kubernetes, target, dashboard, engineImage, runners = 1 } = values;
  if (kubernetes !== true) {
    // A config file may have them for other runs.
    const typed = [...CLUSTER_OPTIONS, ...POD_FAULT_OPTIONS].find(({ name }) => origins[name] === 'flag');
    if (typed !== undefined)
      throw new SloError('usage', `--${flagOf(typed)} needs --kubernetes: without it the engines run on this machine`);
    if (runners <= MOST_HERE) return;
    const message = `--runners must be at most ${MOST_HERE} on one machine, got ${runners}`;
    throw new SloError('usage', message, { hint: '--kubernetes has room for more' });
  }
  if (target === undefined) {
    const message = '--kubernetes needs --target: the embedded reference target is on this machine alone';
    throw new SloError('usage', message, { hint: 'name an address that this machine and the pods both reach' });
  }
  if (engineImage === undefined) {
    const message = '--kubernetes needs --engine-image: the image with the load engine';
    throw new SloError('usage', message, { hint: 'deploy/Dockerfile builds it (docs/kubernetes.md)' });
  }
  if (dashboard !== undefined)
    throw new SloError(
      'usage',
      '--dashboard and --kubernetes exclude each other: a dashboard of k6 is for one engine here',
    );
}

/**
 * For a POSIX shell, with the seed that was used. It uses options alone where possible, because the config file may have changed by then.
 * It has no secret.
 */
export function commandLine(request: RunRequest, seed: number): string {
  const { command, specs, values, config } = request.asked ?? askedByCode(request);
  const needsConfig = specs.some(({ name }) => !isSayable(values[name]));
  const file = config === undefined ? [] : needsConfig ? ['--config', config] : ['--no-config'];
  const targetArgs = request.asked === undefined ? request.targetArgs : [];
  return quoted(['npx', 'aragora-slo', command, ...wordsOf(specs, { ...values, seed }), ...file, ...targetArgs]);
}

/** A request that no command line made. */
function askedByCode(request: RunRequest): Asked {
  const specs = [...RUN_OPTIONS, ...systemOptions()];
  return { command: 'run', specs, values: { ...request, ...request.sources } };
}

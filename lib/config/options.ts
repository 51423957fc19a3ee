/**
 * The table of the harness's own options. A row is a flag, an environment variable, a key of the config file and a line of help and
 * documentation. Systems bring theirs (lib/systems/<name>/options.ts); a command takes rows of both, and adds what is its alone.
 */
import { CONTRACTS, RELEASE_WS_PORT } from '../../thresholds/contracts.ts';
import { PROFILES } from '../../thresholds/profiles.ts';
import { matching, onOff, path, port, seed, text, url, webSocketUrl } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';
import { systemOptions } from '../systems/options.ts';
import { contractKind } from './contract.ts';
import { CLUSTER_OPTIONS, KUBERNETES, RUNNERS } from './engine-options.ts';
import { FAULT, FAULT_COMMAND, POD_FAULT_OPTIONS } from './fault-options.ts';
import { profileKind } from './profile.ts';
import { objectivesKind } from './slo.ts';

const SERVER = 'Server and load';
const RUN = 'This run alone';
const HISTORY_GROUP = 'History';

export const TARGET = {
  name: 'target',
  kind: url,
  value: '<url>',
  text: 'HTTP address of the server, e.g. http://127.0.0.1:8080',
  usual: 'the embedded reference Aragora',
  group: SERVER,
} as const satisfies OptionSpec;

export const WS = {
  name: 'ws',
  kind: webSocketUrl,
  value: '<url>',
  text: 'its WebSocket address',
  usual: `the target with /ws, else port ${RELEASE_WS_PORT} of its host`,
  group: SERVER,
} as const satisfies OptionSpec;

export const CA = {
  name: 'ca',
  kind: path,
  value: '<file>',
  text: 'authority that signed the certificate of the server (PEM)',
  usual: 'those that the machine trusts',
  group: SERVER,
} as const satisfies OptionSpec;

/** Without a default: each command has its own. */
export const PROFILE = {
  name: 'profile',
  kind: profileKind,
  value: '<name|file>',
  text: `the load: ${Object.keys(PROFILES).join(', ')}, or a YAML file`,
  group: SERVER,
  again: 'always',
} as const satisfies OptionSpec;

export const CONTRACT = {
  name: 'contract',
  kind: contractKind,
  value: '<name|file>',
  text: `where the release keeps what is promised: ${Object.keys(CONTRACTS).join(', ')}, or a YAML file of your own names`,
  group: SERVER,
  again: 'always',
} as const satisfies OptionSpec;

export const SLO = {
  name: 'slo',
  kind: objectivesKind,
  value: '<file>',
  text: 'objectives of your own (OpenSLO v1)',
  usual: 'the documented ones',
  group: SERVER,
} as const satisfies OptionSpec;

export const ACCEPT = {
  name: 'accept',
  kind: path,
  value: '<file>',
  text: 'known failures to accept until a date: a list of finding, reason and expires',
  group: SERVER,
} as const satisfies OptionSpec;

export const TELEMETRY = {
  name: 'telemetry',
  kind: onOff,
  text: "look at the server's metrics, traces and logs, and send it some single requests",
  group: SERVER,
  default: true,
} as const satisfies OptionSpec;

export const OUT = {
  name: 'out',
  kind: path,
  value: '<dir>',
  text: 'run folder',
  usual: 'runs/<time>-<profile>',
  group: SERVER,
  again: 'never',
} as const satisfies OptionSpec;

export const HISTORY = {
  name: 'history',
  kind: path,
  value: '<dir>',
  text: 'add the run to this history',
  group: HISTORY_GROUP,
  again: 'never',
} as const satisfies OptionSpec;

/** What a history records of the server. */
export const SERVER_OPTIONS = [
  {
    name: 'serverCommit',
    kind: matching('7 to 64 hexadecimal digits', /^[0-9a-f]{7,64}$/i),
    value: '<sha>',
    text: 'commit that the server was built from',
    group: HISTORY_GROUP,
    from: 'flag or variable',
    again: 'never',
  },
  {
    name: 'serverRef',
    // What git forbids in the name of a ref, and what no terminal should see.
    kind: matching('the name of a branch or a tag', /^[^\p{Cc}\p{Cf}\s~^:?*[\\]{1,250}$/u),
    value: '<name>',
    text: 'branch or tag of that commit',
    group: HISTORY_GROUP,
    from: 'flag or variable',
    again: 'never',
  },
] as const satisfies readonly OptionSpec[];

export const SEED = {
  name: 'seed',
  kind: seed,
  value: '<number>',
  text: 'seed of ids and bodies',
  usual: 'random, and recorded',
  group: RUN,
  from: 'flag',
} as const satisfies OptionSpec;

export const QUIET = {
  name: 'quiet',
  kind: onOff,
  text: 'print the verdict alone',
  group: RUN,
  default: false,
  from: 'flag',
  again: 'never',
} as const satisfies OptionSpec;

export const FULL = {
  name: 'full',
  kind: onOff,
  text: 'run to the end, even when the verdict is sure before (nightly, release)',
  group: RUN,
  default: false,
  from: 'flag',
} as const satisfies OptionSpec;

export const DASHBOARD = {
  name: 'dashboard',
  kind: port,
  value: '[port]',
  bare: 0,
  text: "k6's own web dashboard while the load runs, at any free port or this one",
  group: RUN,
  from: 'flag',
  again: 'never',
} as const satisfies OptionSpec;

export const BREAK = {
  name: 'break',
  kind: text,
  value: '<name...>',
  text: 'break a promise of the embedded target by name',
  group: RUN,
  from: 'flag',
} as const satisfies OptionSpec;

export const STACK = {
  name: 'stack',
  kind: onOff,
  text: 'start the documented stack around the embedded target, and read it, too',
  group: RUN,
  default: false,
  from: 'flag',
} as const satisfies OptionSpec;

/** In the order of help: the most used first. Those of the systems come after them. */
export const RUN_OPTIONS = [
  TARGET,
  WS,
  CA,
  { ...PROFILE, default: 'smoke' },
  { ...CONTRACT, default: 'documented' },
  SLO,
  ACCEPT,
  RUNNERS,
  TELEMETRY,
  KUBERNETES,
  ...CLUSTER_OPTIONS,
  STACK,
  OUT,
  SEED,
  FULL,
  DASHBOARD,
  QUIET,
  BREAK,
  FAULT,
  FAULT_COMMAND,
  ...POD_FAULT_OPTIONS,
  HISTORY,
  ...SERVER_OPTIONS,
] as const satisfies readonly OptionSpec[];

/** `check` has its own profile, and gates only telemetry. */
export const CHECK_OPTIONS = [
  TARGET,
  WS,
  CA,
  { ...CONTRACT, default: 'documented' },
  ACCEPT,
  OUT,
  SEED,
  QUIET,
  BREAK,
  HISTORY,
  ...SERVER_OPTIONS,
] as const satisfies readonly OptionSpec[];

/** Everything that a config file or a variable can set: the options of `run`. */
export function allOptions(): readonly OptionSpec[] {
  return [...RUN_OPTIONS, ...systemOptions()];
}

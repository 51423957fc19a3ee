/** The command `init`: what it asks, and which files it writes. It overwrites nothing without `--force`. */
import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { PROFILES, type ProfileName } from '../../thresholds/profiles.ts';
import { addOptions, typedValues } from '../cli/options.ts';
import { openPrompt } from '../cli/prompt.ts';
import { paint, type Shell, say, tellPainted } from '../cli/shell.ts';
import { targetTls } from '../config/backend-access.ts';
import type { Config } from '../config/define.ts';
import { CONFIG_NAMES } from '../config/find.ts';
import { CA, TARGET, WS } from '../config/options.ts';
import { apiToken } from '../config/secrets.ts';
import { readSettings } from '../config/settings.ts';
import { targetUrls } from '../config/target.ts';
import { CONFIG_FORMATS, configText } from '../config/write.ts';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import { plain } from '../core/text.ts';
import { JOURNEY_NAME } from '../journeys/rules.ts';
import { matching, oneOf, onOff, port } from '../options/kinds.ts';
import { readText } from '../options/resolve.ts';
import type { OptionSpec } from '../options/spec.ts';
import { writeJourney } from './journey.ts';
import { type Probed, probe } from './probe.ts';
import { listenForSpans } from './spans.ts';

const group = 'Options';

const INIT_OPTIONS = [
  {
    ...TARGET,
    text: 'HTTP address of a server: the file is written for what it has',
    group,
    from: 'flag',
  },
  { ...WS, group, from: 'flag' },
  { ...CA, group, from: 'flag' },
  {
    name: 'otlpPort',
    kind: port,
    value: '<number>',
    text: 'where it exports its traces, as OTLP over HTTP: their names are looked at, too',
    group,
    from: 'flag',
  },
  {
    name: 'format',
    kind: oneOf('a format', CONFIG_FORMATS),
    value: '<kind>',
    text: 'of the file',
    default: 'ts',
    group,
    from: 'flag',
  },
  {
    name: 'journey',
    kind: matching('a name of lower-case letters, digits and single dashes', JOURNEY_NAME),
    value: '<name>',
    text: 'write a profile with a journey of your own and its data instead, to change as you need',
    group,
    from: 'flag',
  },
  { name: 'yes', kind: onOff, text: 'ask nothing', group, default: false, from: 'flag' },
  { name: 'force', kind: onOff, text: 'overwrite the file', group, default: false, from: 'flag' },
] as const satisfies readonly OptionSpec[];

/** What was said of the server. */
interface Named {
  readonly target?: string | undefined;
  readonly ws?: string | undefined;
  readonly ca?: string | undefined;
  readonly otlpPort?: number | undefined;
}

export function addInit(program: Command, shell: Shell): void {
  const command = program
    .command('init')
    .description('write a config file, by asking or from a server, or a journey of your own');
  addOptions(command, INIT_OPTIONS).action(async () => {
    const { format, yes, force, journey, ...server } = typedValues(command, INIT_OPTIONS);
    if (journey !== undefined) {
      writeJourney(journey);
      return;
    }
    const path = `aragora-slo.config.${format}`;
    refuseExisting(path, force);
    const config = await configFor(server, yes, shell.signal);
    write(path, configText(config, format), force);
    await readSettings(path);
    say(`wrote ${plain(path)}`);
  });
}

async function configFor(named: Named, yes: boolean, signal: AbortSignal): Promise<Config> {
  const { target, ws, ca, otlpPort } = named;
  const [[alone] = []] = Object.entries({ ws, ca, 'otlp-port': otlpPort }).filter(([, value]) => value !== undefined);
  if (target === undefined && alone !== undefined)
    throw new SloError('usage', `--${alone} needs --target: it is of a server`);
  if (target !== undefined || yes) {
    const probed = target === undefined ? undefined : await look({ ...named, target }, signal);
    const contract = probed?.contract ?? 'documented';
    const profile = CONTRACTS[contract].profile;
    if (probed !== undefined) tell({ there: true, text: `profile "${profile}": ${PROFILES[profile].description}` });
    const given = { ...(ca !== undefined && { ca }), ...(otlpPort !== undefined && { otlpPort }) };
    return { target, ws: probed?.ws ?? ws, ...given, profile, contract };
  }
  if (!process.stdin.isTTY) {
    throw new SloError('usage', "init can't ask questions here: standard input is not a terminal", {
      hint: 'name the server with --target, or accept the defaults with --yes',
    });
  }
  return ask(signal);
}

async function ask(signal: AbortSignal): Promise<Config> {
  const prompt = openPrompt(process.stdin, process.stderr, signal);
  try {
    const said = await prompt.ask('Address of the server (empty: the embedded one)', '');
    const target = said === '' ? undefined : readText(TARGET.kind, said, 'the address');
    const probed = target === undefined ? undefined : await look({ target }, signal);
    const contracts = Object.keys(CONTRACTS) as ContractName[];
    const contract = await prompt.choose('Contract', contracts, probed?.contract ?? 'documented');
    const profile = await prompt.choose('Profile', Object.keys(PROFILES) as ProfileName[], CONTRACTS[contract].profile);
    return { target, ws: probed?.ws, profile, contract };
  } finally {
    prompt.close();
  }
}

/** Says what is there and what is not. */
async function look(
  { target, ws, ca, otlpPort }: Named & { readonly target: string },
  signal: AbortSignal,
): Promise<Probed> {
  const server = { ...targetUrls(target, ws), token: apiToken(process.env), tls: targetTls(ca) };
  const spans = otlpPort === undefined ? undefined : await listenForSpans(otlpPort);
  try {
    const probed = await probe({ ...server, spans }, signal);
    for (const seen of probed.seen) tell(seen);
    return probed;
  } finally {
    await spans?.stop();
  }
}

function tell({ there, text }: Probed['seen'][number]): void {
  tellPainted(`${there ? paint('good', '✓') : paint('doubt', '·')} ${plain(text)}`);
}

/** Two config files in one folder are an error for every other command, so another file name would not help. */
function refuseExisting(path: string, force: boolean): void {
  const there = CONFIG_NAMES.find((name) => existsSync(name) && !(force && name === path));
  if (there === undefined) return;
  const hint = there === path ? '--force overwrites it' : 'remove it first: a folder has one config file';
  throw new SloError('usage', `${there} is there already`, { hint });
}

function write(path: string, text: string, force: boolean): void {
  try {
    writeFileSync(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    throw new SloError('storage', `cannot write ${path}: ${fileErrorText(cause)}`, { cause });
  }
}

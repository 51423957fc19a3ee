/** The command `init`: what it asks. It overwrites nothing without `--force`. */
import { existsSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { PROFILES, type ProfileName } from '../../thresholds/profiles.ts';
import { openPrompt } from '../cli/prompt.ts';
import type { Shell } from '../cli/shell.ts';
import type { Config } from '../config/define.ts';
import { CONFIG_NAMES } from '../config/find.ts';
import { readSettings } from '../config/settings.ts';
import { targetUrls } from '../config/target.ts';
import { apiToken } from '../config/token.ts';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import { type Probed, probe } from './probe.ts';
import { CONFIG_FORMATS, type ConfigFormat, configText } from './write.ts';

interface InitFlags {
  readonly target?: string;
  readonly format: ConfigFormat;
  readonly force?: boolean;
  readonly yes?: boolean;
}

export function addInit(program: Command, shell: Shell): void {
  program
    .command('init')
    .description('write a config file, by asking or from a server')
    .option('--target <url>', 'HTTP address of the server, which is looked at; without it the embedded target is gated')
    .addOption(new Option('--format <kind>', 'of the file').choices(CONFIG_FORMATS).default('ts'))
    .option('--yes', 'ask nothing')
    .option('--force', 'overwrite the file')
    .action(async (flags: InitFlags) => {
      const path = `aragora-slo.config.${flags.format}`;
      refuseExisting(path, flags.force ?? false);
      const config = await configFor(flags, shell.signal);
      write(path, configText(config, flags.format), flags.force ?? false);
      await readSettings(path);
      console.log(`wrote ${path}`);
    });
}

async function configFor({ target, yes }: InitFlags, signal: AbortSignal): Promise<Config> {
  if (target !== undefined || yes) {
    const probed = target === undefined ? undefined : await look(target, signal);
    const contract = probed?.contract ?? 'documented';
    const profile = CONTRACTS[contract].profile;
    if (probed !== undefined) tell({ there: true, text: `profile "${profile}": ${PROFILES[profile].description}` });
    return { target, ws: probed?.ws, profile, contract };
  }
  if (!process.stdin.isTTY) {
    throw new SloError('usage', 'init can ask nothing here: standard input is no terminal', {
      hint: 'name the server with --target, or take what is usual with --yes',
    });
  }
  return ask(signal);
}

async function ask(signal: AbortSignal): Promise<Config> {
  const prompt = openPrompt(process.stdin, process.stderr, signal);
  try {
    const target = (await prompt.ask('Address of the server (empty: the embedded one)', '')) || undefined;
    const probed = target === undefined ? undefined : await look(target, signal);
    const contracts = Object.keys(CONTRACTS) as ContractName[];
    const contract = await prompt.choose('Contract', contracts, probed?.contract ?? 'documented');
    const profile = await prompt.choose('Profile', Object.keys(PROFILES) as ProfileName[], CONTRACTS[contract].profile);
    return { target, ws: probed?.ws, profile, contract };
  } finally {
    prompt.close();
  }
}

/** Prints what is there and what is not. @throws SloError for text that is not an address. */
async function look(target: string, signal: AbortSignal): Promise<Probed> {
  const probed = await probe(targetUrls(target).httpUrl, apiToken(process.env), signal);
  for (const seen of probed.seen) tell(seen);
  return probed;
}

function tell({ there, text }: Probed['seen'][number]): void {
  console.error(`${there ? pc.green('✓') : pc.yellow('·')} ${text}`);
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

/** The command `doctor`. */
import type { Command } from 'commander';
import { addConfigOptions, addOptions, saidTo, typedValues } from '../cli/options.ts';
import { harmless, paint, type Shell, say } from '../cli/shell.ts';
import { targetTls } from '../config/backend-access.ts';
import { allOptions, CA, TARGET, WS } from '../config/options.ts';
import { apiToken } from '../config/secrets.ts';
import { targetUrls } from '../config/target.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { plain } from '../core/text.ts';
import type { OptionSpec } from '../options/spec.ts';
import { doctor } from './doctor.ts';
import { lookAtServer } from './server.ts';
import { type Setting, settingsOf, settingsText } from './settings.ts';

const group = 'Server';

const DOCTOR_OPTIONS = [
  {
    ...TARGET,
    text: 'check whether this server is set up for a load test',
    usual: 'no server is asked',
    group,
    from: 'flag',
  },
  { ...WS, group, from: 'flag' },
  { ...CA, group, from: 'flag' },
] as const satisfies readonly OptionSpec[];

export function addDoctor(program: Command, { signal, exit }: Shell): void {
  const command = program
    .command('doctor')
    .description('list what is needed and what is there, and the settings that a run from here would find');
  addOptions(command, DOCTOR_OPTIONS);
  addConfigOptions(command).action(async () => {
    const { text, complete } = await doctor(process.env, signal);
    say(harmless(text));
    const settings = await settingsHere(command);
    if (settings.length > 0) say(harmless(`\nsettings for a run from here\n${settingsText(settings)}`));
    const isReady = await isServerReady(command, signal);
    exit(complete && isReady && !settings.some(({ refused }) => refused) ? EXIT_CODE.conforms : EXIT_CODE.usage);
  });
}

const SIGN = { good: '✓', doubt: '·', bad: '✗' } as const;

/** Says what a run will find at the server that was named; true where none was, and where a run can measure it. */
async function isServerReady(command: Command, signal: AbortSignal): Promise<boolean> {
  const { target, ws, ca } = typedValues(command, DOCTOR_OPTIONS);
  if (target === undefined) {
    if ((ws ?? ca) !== undefined) throw new SloError('usage', `--${ws === undefined ? 'ca' : 'ws'} needs --target`);
    return true;
  }
  const server = { ...targetUrls(target, ws), token: apiToken(process.env), tls: targetTls(ca) };
  say(`\nserver ${server.httpUrl}`);
  const remarks = await lookAtServer(server, process.env, signal);
  for (const { name, tone, text } of remarks) say(`${paint(tone, SIGN[tone])} ${name}: ${plain(text)}`);
  return !remarks.some(({ tone }) => tone === 'bad');
}

async function settingsHere(command: Command): Promise<Setting[]> {
  try {
    return settingsOf(allOptions(), await saidTo(command, process.env));
  } catch (error) {
    if (!(error instanceof SloError)) throw error;
    const refused: Setting = { name: 'config file', value: error.message, refused: true };
    return [refused, ...settingsOf(allOptions(), { flags: {}, env: process.env })];
  }
}

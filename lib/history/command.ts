/** The commands `history` and `history add`, and the options with which a run is added to a history. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addConfig, settle } from '../cli/config.ts';
import { paint, type Shell } from '../cli/shell.ts';
import { checkUrl } from '../cli/sources.ts';
import { backendAccess } from '../config/backend-access.ts';
import { EXIT_CODE } from '../core/error.ts';
import { judgeRun } from '../run/stages.ts';
import { addToHistory, lookAtHistory, writeHistoryPage } from './look.ts';
import { renderHistoryText, renderNoHistory } from './report/text.ts';
import { type ToldVersion, toldVersion } from './server-version.ts';

const HISTORY_VARIABLE = 'ARAGORA_SLO_HISTORY';
export const DEFAULT_DIR = 'history';
/** Nights of a quarter of a year. Searching more for changes takes long. */
const DEFAULT_LAST = 90;
const MOST_LAST = 400;

const HELP = `
Every run is an entry of its own in the folder, which a job can keep as an artifact or commit to a branch. Exit code 3: there is no run yet.
Credentials for Prometheus are read from the environment: ARAGORA_SLO_PROMETHEUS_TOKEN, or _USER and _PASSWORD.`;

interface ShowFlags {
  dir?: string;
  html?: string;
  profile?: string;
  last: number;
  prometheus?: string;
  prometheusJob?: string;
}

export function addHistory(program: Command, shell: Shell): void {
  const history = program
    .command('history')
    .description('show each objective over many runs: changes, error budgets, burn rates')
    // So that --dir after `add` belongs to `add`.
    .enablePositionalOptions()
    .addOption(dirOption())
    .option('--html <file>', 'write it as a page too')
    .option('--profile <name>', "runs of this profile (default: the newest run's)")
    .option('--last <number>', `comparable runs to show, ${MOST_LAST} at most`, lastNumber, DEFAULT_LAST)
    .addOption(
      new Option('--prometheus <url>', 'error budget and burn rates of real traffic too').env('ARAGORA_SLO_PROMETHEUS'),
    )
    .addOption(new Option('--prometheus-job <name>', 'its job there (default: all)').env('ARAGORA_SLO_PROMETHEUS_JOB'))
    .addHelpText('after', HELP)
    .action(() => show(history, shell));
  const add = history
    .command('add <run>')
    .description('add a recorded run to the history')
    .addOption(dirOption())
    .action(async (run: string, flags: ToldVersion & { dir?: string }) => {
      const server = toldVersion(flags);
      const dir = flags.dir || (await dirOf(history));
      tellAdded(dir, addToHistory(dir, judgeRun(run), server));
    });
  for (const option of serverOptions()) add.addOption(option);
  addConfig(history);
}

function dirOption(): Option {
  return new Option('--dir <dir>', `the history (default: ${DEFAULT_DIR})`).env(HISTORY_VARIABLE);
}

export function serverOptions(): Option[] {
  return [
    new Option('--server-commit <sha>', 'commit that the server was built from, for the history').env(
      'ARAGORA_SLO_SERVER_COMMIT',
    ),
    new Option('--server-ref <name>', 'branch or tag of that commit').env('ARAGORA_SLO_SERVER_REF'),
  ];
}

/** On stderr: stdout is for the verdict. */
export function tellAdded(dir: string, { path, added, warnings }: ReturnType<typeof addToHistory>): void {
  for (const warning of warnings) console.error(`warning: ${warning}`);
  console.error(added ? `added to the history: ${path}` : `already in the history ${dir}: ${path}`);
}

/** Adds to `command` what the environment and the config file say. */
async function dirOf(command: Command): Promise<string> {
  const { dir } = command.opts<ShowFlags>();
  const config = await settle(command, process.env);
  return dir || config?.settings.history || DEFAULT_DIR;
}

async function show(command: Command, { signal, exit }: Shell): Promise<void> {
  // The config file's profile is for the next run.
  const { profile } = command.opts<ShowFlags>();
  const dir = await dirOf(command);
  const { html, last, ...flags } = command.opts<ShowFlags>();
  const prometheus = flags.prometheus || undefined;
  const prometheusJob = flags.prometheusJob || undefined;
  if (prometheus !== undefined) checkUrl('--prometheus', prometheus);
  const access = backendAccess(process.env, {}).prometheus;
  const { view, warnings } = await lookAtHistory({
    dir,
    last,
    profile,
    prometheus,
    prometheusJob,
    access,
    nowMs: Date.now(),
    signal,
  });
  if (view === null) {
    for (const warning of warnings) console.error(`warning: ${warning}`);
    console.log(renderNoHistory(dir));
    exit(EXIT_CODE.inconclusive);
    return;
  }
  console.log(renderHistoryText(view, { paint, width: Math.min(process.stdout.columns ?? 100, 100) }));
  if (html === undefined) return;
  await writeHistoryPage(html, view);
  console.log(`page      ${html}`);
}

function lastNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MOST_LAST)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_LAST}.`);
  return value;
}

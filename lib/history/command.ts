/** The commands `history` and `history add`, and the options with which a run is added to a history. */
import type { Command } from 'commander';
import { addConfigOptions, addOptions, saidTo } from '../cli/options.ts';
import { reportOptions, type Shell, say, tell } from '../cli/shell.ts';
import { backendAccess } from '../config/backend-access.ts';
import { HISTORY, PROFILE, SERVER_OPTIONS } from '../config/options.ts';
import { EXIT_CODE } from '../core/error.ts';
import { plain } from '../core/text.ts';
import { path, text, wholeNumber } from '../options/kinds.ts';
import { resolve } from '../options/resolve.ts';
import type { OptionSpec } from '../options/spec.ts';
import { judgeRun } from '../run/stages.ts';
import { METRICS_OPTIONS } from '../systems/metrics/options.ts';
import { addToHistory, lookAtHistory, writeHistoryPage } from './look.ts';
import { renderHistoryText, renderNoHistory } from './report/text.ts';
import { serverVersion } from './server-version.ts';

export const DEFAULT_DIR = 'history';
/** Nights of a quarter of a year. Searching more for changes takes long. */
const DEFAULT_LAST = 90;
const MOST_LAST = 400;

const [, prometheus, prometheusJob] = METRICS_OPTIONS;
const group = 'History';

const DIR = { ...HISTORY, flag: 'dir', text: 'the history', default: DEFAULT_DIR } as const satisfies OptionSpec;

const SHOW_OPTIONS = [
  DIR,
  { name: 'html', kind: path, value: '<file>', text: 'also write it as an HTML page', group, from: 'flag' },
  // The config file's profile is for the next run.
  {
    name: PROFILE.name,
    kind: text,
    value: '<name>',
    text: 'runs of this profile',
    usual: "the newest run's",
    group,
    from: 'flag',
  },
  {
    name: 'last',
    kind: wholeNumber(1, MOST_LAST),
    value: '<number>',
    text: `comparable runs to show, ${MOST_LAST} at most`,
    default: DEFAULT_LAST,
    group,
    from: 'flag',
  },
  { ...prometheus, text: 'also error budget and burn rates of real traffic', group },
  { ...prometheusJob, usual: 'all', group },
] as const satisfies readonly OptionSpec[];

const ADD_OPTIONS = [DIR, ...SERVER_OPTIONS] as const satisfies readonly OptionSpec[];

const HELP = `
Every run is an entry of its own in the folder, which a job can keep as an artifact or commit to a branch. Exit code 3: there is no run yet.
Credentials for Prometheus are read from the environment: ARAGORA_SLO_PROMETHEUS_TOKEN, or _USER and _PASSWORD.`;

export function addHistory(program: Command, shell: Shell): void {
  const history = program
    .command('history')
    .description('show each objective over many runs: changes, error budgets, burn rates')
    // So that --dir after `add` belongs to `add`.
    .enablePositionalOptions()
    .action(() => show(history, shell));
  addOptions(history, SHOW_OPTIONS);
  addConfigOptions(history).addHelpText('after', HELP);
  const add = history.command('add <run>').description('add a recorded run to the history');
  addOptions(add, ADD_OPTIONS).action(async (run: string) => {
    const { history: dir, ...server } = resolve(ADD_OPTIONS, await saidTo(add, process.env)).values;
    tellAdded(dir, addToHistory(dir, judgeRun(run), serverVersion(server)));
  });
}

/** On stderr: stdout is for the verdict. */
export function tellAdded(dir: string, { path, added, warnings }: ReturnType<typeof addToHistory>): void {
  for (const warning of warnings) tell(`warning: ${warning}`);
  tell(added ? `added to the history: ${path}` : `already in the history ${dir}: ${path}`);
}

async function show(command: Command, { signal, exit }: Shell): Promise<void> {
  const { values } = resolve(SHOW_OPTIONS, await saidTo(command, process.env));
  const { history: dir, html, ...asked } = values;
  const access = backendAccess(process.env, {}).prometheus;
  const { view, warnings } = await lookAtHistory({ dir, ...asked, access, nowMs: Date.now(), signal });
  if (view === null) {
    for (const warning of warnings) tell(`warning: ${warning}`);
    console.log(renderNoHistory(dir));
    exit(EXIT_CODE.inconclusive);
    return;
  }
  say(renderHistoryText(view, reportOptions()));
  if (html === undefined) return;
  await writeHistoryPage(html, view);
  say(`page      ${plain(html)}`);
}

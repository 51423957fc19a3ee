/** The commands `run` and `check`: their options, and the request that they make. */
import type { Command } from 'commander';
import { addLoadOptions, noteConfig, saidTo } from '../cli/options.ts';
import { type ProgressDisplay, progressDisplay } from '../cli/progress.ts';
import { type Shell, showVerdict } from '../cli/shell.ts';
import { CHECK_OPTIONS, HISTORY, QUIET, RUN_OPTIONS, SERVER_OPTIONS, STACK } from '../config/options.ts';
import { secretsFor } from '../config/secrets.ts';
import { tellAdded } from '../history/command.ts';
import { addToHistory, openForAdding } from '../history/look.ts';
import { versionOfRun } from '../history/server-version.ts';
import { resolve, type Said } from '../options/resolve.ts';
import { checkRequest, type OpenRequest, runRequest } from '../run/request.ts';
import { type RunResult, run as runStages } from '../run/run.ts';
import { withStack } from './stack-run.ts';

/** What a command does besides the run itself. */
const AROUND = [QUIET, HISTORY, STACK, ...SERVER_OPTIONS] as const;

export function addRun(program: Command, shell: Shell): void {
  const run = program.command('run').description('gate a server; without --target, the embedded reference Aragora');
  const check = program
    .command('check')
    .description(
      `check a server's telemetry alone, in half a minute; without --target, the embedded reference Aragora`,
    );
  addLoadOptions(run, RUN_OPTIONS).action(() => runOnce(run, runRequest, shell));
  addLoadOptions(check, CHECK_OPTIONS).action(() => runOnce(check, checkRequest, shell));
}

async function runOnce(command: Command, requestOf: (said: Said) => OpenRequest, shell: Shell): Promise<void> {
  const said = await saidTo(command, process.env);
  const asked = requestOf(said);
  const { quiet, history, stack, ...server } = resolve(AROUND, said).values;
  const version = versionOfRun(server, asked.target, process.env);
  if (history !== undefined) openForAdding(history);
  const display = progressDisplay(process.stderr, quiet);
  noteConfig(said, display);
  const { dir, facts } = await runAsked(asked, stack, { display, signal: shell.signal }).finally(() => display.done());
  const thenWrite = (): void => {
    if (history !== undefined) tellAdded(history, addToHistory(history, facts, version));
  };
  await showVerdict({ dir, facts, thenWrite }, shell);
}

interface During {
  readonly display: ProgressDisplay;
  readonly signal: AbortSignal;
}

async function runAsked(asked: OpenRequest, stack: boolean, { display, signal }: During): Promise<RunResult> {
  const secrets = secretsFor(asked.sources, process.env);
  if (!stack) return await runStages({ ...asked, ...secrets }, display, signal);
  const stacked = await withStack(asked, { onProgress: (line) => display.note(line), signal });
  // What opens the team's own backends is not for these.
  const request = { ...stacked.request, ...secrets, access: {} };
  return await runStages(request, display, signal).finally(() => stacked.stop());
}

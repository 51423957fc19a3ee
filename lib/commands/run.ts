/** The commands `run` and `check`: their options, and the request that they make. */
import type { Command } from 'commander';
import { addLoadOptions, noteConfig, saidTo } from '../cli/options.ts';
import { progressDisplay } from '../cli/progress.ts';
import { type Shell, showVerdict } from '../cli/shell.ts';
import { CHECK_OPTIONS, HISTORY, QUIET, RUN_OPTIONS, SERVER_OPTIONS } from '../config/options.ts';
import { secretsFor } from '../config/secrets.ts';
import { tellAdded } from '../history/command.ts';
import { addToHistory, openForAdding } from '../history/look.ts';
import { versionOfRun } from '../history/server-version.ts';
import { resolve, type Said } from '../options/resolve.ts';
import { checkRequest, type OpenRequest, runRequest } from '../run/request.ts';
import { run as runStages } from '../run/run.ts';

/** What a command does besides the run itself. */
const AROUND = [QUIET, HISTORY, ...SERVER_OPTIONS] as const;

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
  const request = { ...asked, ...secretsFor(asked.sources, process.env) };
  const { quiet, history, ...server } = resolve(AROUND, said).values;
  const version = versionOfRun(server, request.target, process.env);
  if (history !== undefined) openForAdding(history);
  const display = progressDisplay(process.stderr, quiet);
  noteConfig(said, display);
  const { dir, facts } = await runStages(request, display, shell.signal).finally(() => display.done());
  const thenWrite = (): void => {
    if (history !== undefined) tellAdded(history, addToHistory(history, facts, version));
  };
  await showVerdict({ dir, facts, thenWrite }, shell);
}

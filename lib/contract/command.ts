/** The command `contract learn`: drafts a file of own names from what a release shows, for a person to confirm. */
import type { Command } from 'commander';
import { writeNew } from '../cli/new-file.ts';
import { addOptions, typedValues } from '../cli/options.ts';
import { harmless, type Shell, tell } from '../cli/shell.ts';
import { targetTls } from '../config/backend-access.ts';
import { CA, TARGET } from '../config/options.ts';
import { apiToken } from '../config/secrets.ts';
import { targetUrls } from '../config/target.ts';
import { SloError } from '../core/error.ts';
import { plural } from '../core/numbers.ts';
import type { RunFacts } from '../core/run.ts';
import { withToken } from '../http/access.ts';
import { path } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';
import { readExposition } from '../preflight/metrics.ts';
import { enginePlanOf } from '../run/engine-plan.ts';
import { readRun } from '../run/stages.ts';
import { learnFromExposition, learnFromRun } from './learn.ts';
import { type ContractDraft, draftOf } from './report/draft.ts';

const group = 'Options';

const LEARN_OPTIONS = [
  {
    ...TARGET,
    text: 'without a run: a server, of whose metrics only the names are known',
    usual: 'the run alone',
    group,
    from: 'flag',
  },
  { ...CA, group, from: 'flag' },
  {
    name: 'out',
    kind: path,
    value: '<file>',
    text: 'write it into this new file',
    usual: 'standard output',
    group,
    from: 'flag',
  },
] as const satisfies readonly OptionSpec[];

export function addContract(program: Command, shell: Shell): void {
  const contract = program.command('contract').description('names of a release');
  const learn = contract
    .command('learn [run]')
    .description('draft the names of a release from what a recorded run or a server shows, each with its evidence');
  addOptions(learn, LEARN_OPTIONS).action(async (run: string | undefined) => {
    const { target, ca, out } = typedValues(learn, LEARN_OPTIONS);
    const { text, sure, unsure } = await drafted(run, { target, ca }, shell.signal);
    if (out === undefined) console.log(harmless(text).trimEnd());
    else writeNew(out, text, 'names that somebody confirmed');
    const found = `${plural(sure, 'name')} with evidence, and ${plural(unsure, 'name')} that nothing shows yet`;
    tell(`${out === undefined ? '' : `wrote ${out}: `}${found}`);
  });
}

interface Server {
  readonly target: string | undefined;
  readonly ca: string | undefined;
}

async function drafted(run: string | undefined, server: Server, signal: AbortSignal): Promise<ContractDraft> {
  if ((run === undefined) === (server.target === undefined)) {
    throw new SloError('usage', 'name either a run folder or --target', {
      hint: 'a run shows more than a server alone: also values, spans and log lines',
    });
  }
  if (run !== undefined) return ofRun(readRun(run));
  const { httpUrl } = targetUrls(server.target ?? '', undefined);
  const access = withToken(apiToken(process.env), targetTls(server.ca));
  const exposition = await readExposition({ url: `${httpUrl}/metrics`, access }, signal);
  return draftOf(learnFromExposition(exposition), {
    from: `the names of the metrics at ${httpUrl}`,
    subprotocol: null,
  });
}

function ofRun(run: RunFacts): ContractDraft {
  const { plan, recording } = run;
  const opened = [...recording.endpoints].some(([name, { total }]) => name === 'ws-connect' && total.count > 0);
  const from = `the run ${plan.runId} against ${plan.target.httpUrl}`;
  return draftOf(learnFromRun(run), { from, subprotocol: opened ? enginePlanOf(plan).subprotocol : null });
}

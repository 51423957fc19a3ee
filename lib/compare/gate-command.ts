/** The command `gate`: its options and its exit code. */
import type { Command } from 'commander';
import { addLoadOptions, noteConfig, saidTo } from '../cli/options.ts';
import { progressDisplay } from '../cli/progress.ts';
import { reportOptions, type Shell, say, showVerdict } from '../cli/shell.ts';
import { CLUSTER_OPTIONS, KUBERNETES, RUNNERS } from '../config/engine-options.ts';
import {
  ACCEPT,
  CA,
  CONTRACT,
  HISTORY,
  OUT,
  PROFILE,
  QUIET,
  SEED,
  SLO,
  TARGET,
  TELEMETRY,
  WS,
} from '../config/options.ts';
import { secretsFor } from '../config/secrets.ts';
import { comparisonExitCode } from '../core/difference.ts';
import { DEFAULT_DIR } from '../history/command.ts';
import { text } from '../options/kinds.ts';
import { resolve } from '../options/resolve.ts';
import type { OptionSpec } from '../options/spec.ts';
import { withSources } from '../run/request.ts';
import { baselineOf } from './baseline.ts';
import { MEASURE_OPTIONS, measureOf } from './command.ts';
import { comparisonText, writeComparison } from './folders.ts';
import { type GateResult, gate } from './gate.ts';

const { usual: _, ...candidate } = TARGET;

/** The baseline brings the load and the objectives, so that only the command line can ask for others. */
export const GATE_OPTIONS = [
  {
    name: 'baseline',
    kind: text,
    value: '<run>',
    text: 'folder of a recorded run, or a ref such as main: its newest run in the history; the candidate gets the same load',
    group: TARGET.group,
    from: 'flag',
    required: true,
  },
  { ...candidate, flag: 'candidate', from: 'flag', required: true },
  WS,
  CA,
  { ...PROFILE, text: "only the baseline's own profile", from: 'flag' },
  { ...CONTRACT, usual: "the baseline's", from: 'flag' },
  { ...SLO, usual: "the baseline's", from: 'flag' },
  ACCEPT,
  RUNNERS,
  TELEMETRY,
  KUBERNETES,
  ...CLUSTER_OPTIONS,
  OUT,
  { ...HISTORY, text: 'where a ref is looked for', default: DEFAULT_DIR, again: 'always' },
  ...MEASURE_OPTIONS,
  SEED,
  QUIET,
] as const satisfies readonly OptionSpec[];

export function addGate(program: Command, shell: Shell): void {
  const command = program
    .command('gate')
    .description('gate a release: a candidate that conforms and is not slower than a baseline');
  addLoadOptions(command, GATE_OPTIONS).action(async () => {
    const { dir, facts, comparison } = await gateOnce(command, shell);
    const exitCode = comparisonExitCode(comparison);
    say(comparisonText(comparison, reportOptions()));
    const thenWrite = (): Promise<void> => writeComparison(dir, comparison, { env: process.env });
    await showVerdict({ dir, facts, thenWrite, exitCode }, shell);
  });
}

async function gateOnce(command: Command, { signal }: Shell): Promise<GateResult> {
  const said = await saidTo(command, process.env);
  const { values, origins } = resolve(GATE_OPTIONS, said);
  const against = baselineOf(values.baseline, values.history, Date.now());
  // A folder is found without the history.
  const { history: __, ...withoutHistory } = values;
  const asked = { ...(against.side.run.httpUrl === null ? values : withoutHistory), full: false };
  const request = withSources({ command: 'gate', specs: GATE_OPTIONS, values: asked, origins }, said);
  const secrets = secretsFor(request.sources, process.env);
  const display = progressDisplay(process.stderr, values.quiet);
  noteConfig(said, display);
  const { profile, contract } = values;
  const gated = { ...request, ...secrets, profile, contract, against, measure: measureOf(values) };
  return gate(gated, display, signal).finally(() => display.done());
}

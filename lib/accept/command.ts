/** The command `accept draft`: writes a file of known deviations from a recorded run, for a person to confirm. */
import type { Command } from 'commander';
import { writeNew } from '../cli/new-file.ts';
import { addOptions, typedValues } from '../cli/options.ts';
import { harmless, tell } from '../cli/shell.ts';
import { countText } from '../core/numbers.ts';
import { path } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';
import { readRun } from '../run/stages.ts';
import { draftOf } from './report/draft.ts';

/** A quarter of a year: nobody should have to look every week, and nothing should be forgotten. */
const ACCEPTED_DAYS = 90;
const DAY_MS = 86_400_000;

const DRAFT_OPTIONS = [
  {
    name: 'out',
    kind: path,
    value: '<file>',
    text: 'write it into this new file',
    usual: 'standard output',
    group: 'Options',
    from: 'flag',
  },
] as const satisfies readonly OptionSpec[];

export function addAccept(program: Command): void {
  const accept = program.command('accept').description('known deviations of a server');
  const draft = accept
    .command('draft <run>')
    .description('draft a list of known deviations from what fails in a recorded run, each with what was seen');
  addOptions(draft, DRAFT_OPTIONS).action((run: string) => {
    const { out } = typedValues(draft, DRAFT_OPTIONS);
    const lastDay = new Date(Date.now() + ACCEPTED_DAYS * DAY_MS).toISOString().slice(0, 10);
    const { text, unexplained } = draftOf(readRun(run), lastDay);
    if (out === undefined) console.log(harmless(text).trimEnd());
    else writeNew(out, text, 'reasons that somebody wrote');
    const waiting =
      unexplained === 1 ? '1 entry waits for its reason' : `${countText(unexplained)} entries wait for their reasons`;
    tell(`${out === undefined ? '' : `wrote ${out}: `}${waiting}`);
  });
}

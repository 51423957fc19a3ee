/** The command `checks`: everything that a run can find, before anything is run. */
import type { Command } from 'commander';
import { coverageListText } from '../../reports/coverage-table.ts';
import { block, widthOf } from '../../reports/text/layout.ts';
import { addOptions, typedValues } from '../cli/options.ts';
import { paint, say } from '../cli/shell.ts';
import { onOff } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';
import type { CheckInfo } from '../systems/system.ts';
import { documentedCoverage, knownChecks } from './coverage.ts';

const CHECKS_OPTIONS = [
  {
    name: 'json',
    kind: onOff,
    text: 'as JSON, for programs',
    group: 'Options',
    default: false,
    from: 'flag',
  },
  {
    name: 'coverage',
    kind: onOff,
    text: 'the table of evidence: which witness bounds which aspect of which signal',
    group: 'Options',
    default: false,
    from: 'flag',
  },
] as const satisfies readonly OptionSpec[];

export function addChecks(program: Command): void {
  const command = program
    .command('checks')
    .description('list every check: what a pass proves, where it is promised, what evidence it needs, and its page');
  addOptions(command, CHECKS_OPTIONS).action(() => {
    const { json, coverage } = typedValues(command, CHECKS_OPTIONS);
    if (json) console.log(JSON.stringify(coverage ? documentedCoverage() : everyCheck(), null, 2));
    else if (coverage) say(coverageListText(documentedCoverage(), paint));
    else say(listText(everyCheck(), process.stdout.columns));
  });
}

export function everyCheck(): CheckInfo[] {
  return knownChecks().map(({ id, subject, proves, system, source, gating, needs, page }) => ({
    ...{ id, subject, proves, system, source, gating, needs, page },
  }));
}

/** Longer lines are hard to read. */
const MOST_WIDTH = 110;
const INDENT = '  ';

/** `metrics.restarts`, what it proves, and in one line whether it gates, what it needs, where it is promised, and its page. */
export function listText(checks: readonly CheckInfo[], columns: number | undefined): string {
  const width = Math.min(MOST_WIDTH, columns === undefined ? MOST_WIDTH : widthOf(columns));
  const count = `${checks.length} checks; docs/checks explains each`;
  return [...checks.map((check) => checkText(check, width)), paint('faint', count)].join('\n');
}

function checkText({ id, proves, source, gating, needs, page }: CheckInfo, width: number): string {
  const about = [
    gating ? 'gates' : 'does not gate',
    ...(needs.length > 0 ? [`needs ${needs.join(' and ')}`] : []),
    ...(page.startsWith(source.section) ? [] : [`${source.document}, ${source.section}`]),
    page,
  ].join(' · ');
  return [
    paint('strong', id),
    ...block(proves, width, INDENT, INDENT),
    ...block(about, width, INDENT, INDENT).map((line) => paint('faint', line)),
  ].join('\n');
}

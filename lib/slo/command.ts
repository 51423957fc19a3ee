/** The command `slo rules`: burn-rate alerts for Prometheus from the objectives that gate a run. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { addOptions, typedValues } from '../cli/options.ts';
import { harmless, type Shell, tell } from '../cli/shell.ts';
import { catalogueFrom } from '../commands/catalogue.ts';
import { yamlText } from '../config/check.ts';
import { loadContract } from '../config/contract.ts';
import { placedDocuments } from '../config/placed.ts';
import { loadBudgets } from '../config/slo.ts';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import { plural } from '../core/numbers.ts';
import { contractText } from '../core/own-names.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { judgeRules } from '../rules/judge-rules.ts';
import { isRefused, readRules } from '../rules/rule-file.ts';
import { harnessVersion } from '../run/environment.ts';
import { locationOf } from '../systems/metrics/checks/series.ts';
import { metricPromises } from '../systems/metrics/promises.ts';
import type { MetricPromises } from '../systems/metrics/signals.ts';
import { deadTexts, groupOf, leftOutTexts, type SloRules, sloRules } from './model/rules.ts';
import { SLO_RULES_OPTIONS, type SloRulesValues } from './options.ts';
import { headerText, notesOf, WRITTEN_BY } from './report/header.ts';

export function addSlo(program: Command, shell: Shell): void {
  const slo = program.command('slo').description('objectives as alerts');
  const rules = slo
    .command('rules [file]')
    .description(
      'write burn-rate alerts for Prometheus from the objectives of an OpenSLO file, or the documented ones',
    );
  addOptions(rules, SLO_RULES_OPTIONS).action(async (file: string | undefined) => {
    const values = typedValues(rules, SLO_RULES_OPTIONS);
    const made = await madeFrom(file, values, shell.signal);
    const text = textOf(made, file);
    if (values.out === undefined) console.log(harmless(text).trimEnd());
    else writeAgain(values.out, text);
    for (const line of saidOf(made, values.out)) tell(line);
  });
}

interface Made extends SloRules {
  /** Where the names of metrics and labels are from. */
  readonly names: string;
}

async function madeFrom(file: string | undefined, values: SloRulesValues, signal: AbortSignal): Promise<Made> {
  const wanted = loadBudgets(file);
  const { contract, ownNames } = loadContract(values.contract ?? 'documented');
  const promises = metricPromises(contract, ownNames);
  const catalogue = await askedCatalogue(values, promises, signal);
  const rules = sloRules(wanted, { promises, catalogue });
  const what = file ?? 'the documented objectives';
  refuseNone(what, rules);
  if (!values.skipDead) refuseDead(what, rules);
  if (catalogue !== null) refuseUnseen(rules, catalogue);
  const names = `contract ${contractText({ contract, ...(ownNames && { ownNames }) })}`;
  return { ...rules, names: catalogue === null ? names : `${names}, and the buckets of ${catalogue.source}` };
}

/** null: no server was named. */
async function askedCatalogue(
  { target, metrics, prometheus, ca }: SloRulesValues,
  { signals, contract }: MetricPromises,
  signal: AbortSignal,
): Promise<Catalogue | null> {
  if ([target, metrics, prometheus, ca].every((value) => value === undefined)) return null;
  const names = signals.metrics.map(({ name, type }) => {
    return `${locationOf(contract, name).name}${type === 'histogram' ? '_bucket' : ''}`;
  });
  return await catalogueFrom({ target, metrics, prometheus, ca }, names, signal);
}

function refuseNone(what: string, rules: SloRules): void {
  if (rules.watched.some(({ alerts }) => alerts.length > 0)) return;
  const whys = [...leftOutTexts(rules), ...deadTexts(rules)].join('; ');
  throw new SloError('config-invalid', `${what}: no alert can watch any of its objectives: ${whys}`);
}

function refuseDead(what: string, rules: SloRules): void {
  const dead = deadTexts(rules);
  if (dead.length === 0) return;
  throw new SloError('config-invalid', `${what}: ${dead.join('; ')}`, {
    hint: '--skip-dead leaves these alerts out; a higher target makes its budget smaller',
  });
}

/** With what a server really has, some rules turn out to have no data ever. */
function refuseUnseen(rules: SloRules, catalogue: Catalogue): void {
  const path = 'the rules';
  const file = readRules(path, placedDocuments(path, yamlOf(rules)));
  if (isRefused(file)) throw new Error(file.reason);
  const problems = judgeRules([file], catalogue, null).flatMap((one) =>
    one.problems.filter(({ effect }) => effect === 'never' || effect === 'wrong').map(({ reason }) => reason),
  );
  if (problems.length === 0) return;
  const [first] = problems;
  throw new SloError('config-invalid', `${catalogue.source} has no data for these rules: ${first}`, {
    hint: 'does --contract name its release? rules FILE says so of each rule',
  });
}

function textOf(made: Made, file: string | undefined): string {
  const origin = { file: file ?? null, names: made.names, version: harnessVersion() };
  return `${headerText(made, origin)}${yamlOf(made)}`;
}

function yamlOf({ watched }: SloRules): string {
  const groups = watched.filter(({ alerts }) => alerts.length > 0).map(groupOf);
  return yamlText({ groups }, { lineWidth: 0 });
}

/** What somebody else wrote is not overwritten. @throws SloError `usage` for such a file, `storage` for one that can't be written. */
function writeAgain(path: string, text: string): void {
  try {
    if (isForeign(path))
      throw new SloError('usage', `${path} is there already, and was not written by this command`, {
        hint: 'name another file',
      });
    writeFileSync(path, text);
  } catch (cause) {
    if (cause instanceof SloError) throw cause;
    throw new SloError('storage', `cannot write ${path}: ${fileErrorText(cause)}`, { cause });
  }
}

/** Of a device or a pipe nothing is read, and nothing in it is lost. */
function isForeign(path: string): boolean {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile && !readFileSync(path, 'utf8').startsWith(WRITTEN_BY);
}

/** On stderr: what was written, and what was not. */
function saidOf(made: SloRules, out: string | undefined): string[] {
  const alerts = made.watched.reduce((sum, one) => sum + one.alerts.length, 0);
  const watched = made.watched.filter((one) => one.alerts.length > 0);
  return [
    `${out === undefined ? '' : `wrote ${out}: `}${plural(alerts, 'alert')} for ${plural(watched.length, 'objective')}`,
    ...made.watched.flatMap((one) => notesOf(one).map((note) => `note: ${one.objective.id}: ${note}`)),
    ...deadTexts(made).map((text) => `left out: ${text}`),
    ...leftOutTexts(made).map((text) => `not watched: ${text}`),
  ];
}

/** Reads the rules of a team: those that its Prometheus has loaded, and those of files that the user names. */
import { placedDocuments, textOf } from '../../config/placed.ts';
import { SloError } from '../../core/error.ts';
import { unplaced } from '../../core/placed.ts';
import { runCommand } from '../../engine/command.ts';
import { isRefused, type RuleFile, readRules } from '../../rules/rule-file.ts';
import { knownPromtool } from '../../stack/programs.ts';
import type { ComparedRule } from '../../systems/alerts/model/timeline.ts';
import { asked, type PrometheusAccess, text } from '../../systems/metrics/observe/prometheus-api.ts';
import { loadedRules } from '../../systems/metrics/observe/prometheus-rules.ts';
import { alertsIn, compared, type Forms, type Placed } from '../model/own-rules.ts';

/** @throws SloError when it can't be asked, or has no alert. */
export async function rulesLoaded(access: PrometheusAccess): Promise<readonly RuleFile[]> {
  const answer = await loadedRules(access);
  if (!answer.ok) throw new SloError('target-unreachable', answer.reason, { hint: answer.hint });
  const files = answer.data.map(({ path, groups }) => {
    const read = readRules(path, [unplaced({ groups })]);
    if (isRefused(read)) throw new SloError('target-unreachable', `${access.url}, ${path}: ${read.reason}`);
    return read;
  });
  if (alertsIn(files).length > 0) return files;
  throw new SloError('prerequisite-missing', `${access.url} has loaded no alerting rules: there is nothing to drill`, {
    hint: 'does its configuration name files of rules (rule_files), and is this the Prometheus that evaluates them?',
  });
}

/** @throws SloError `config-invalid` with file and line: in the words of promtool, where it is on this machine. */
export async function rulesInFiles(paths: readonly string[], signal: AbortSignal): Promise<readonly RuleFile[]> {
  const promtool = paths.length === 0 ? null : await knownPromtool();
  const files: RuleFile[] = [];
  for (const path of paths) {
    const said = textOf(path);
    if (promtool !== null) await checked(promtool, path, signal);
    const read = readRules(path, placedDocuments(path, said));
    if (isRefused(read)) throw new SloError('config-invalid', `${path}:${read.line}: ${read.reason}`);
    const refused = read.groups
      .flatMap(({ problems, rules, line }) => [
        ...problems.map(({ reason }) => ({ reason, line })),
        ...rules.flatMap((rule) => rule.problems.map(({ reason }) => ({ reason, line: rule.line }))),
      ])
      .at(0);
    if (refused !== undefined) throw new SloError('config-invalid', `${path}:${refused.line}: ${refused.reason}`);
    files.push(read);
  }
  return files;
}

async function checked(promtool: string, path: string, signal: AbortSignal): Promise<void> {
  const ran = await runCommand(promtool, ['check', 'rules', path], { env: process.env, signal });
  if (ran.exitCode === 0) return;
  throw new SloError('config-invalid', `promtool refuses ${complaintOf(`${ran.stdout}\n${ran.stderr}`, path)}`);
}

/** A heading of promtool's, or a line of its log. */
const NO_COMPLAINT = /^(Checking |\s*FAILED:|\s*$|time=\S+ level=)/;

/** What promtool says first of this file, with the lines below that are its details. */
export function complaintOf(said: string, path: string): string {
  const lines = said.split('\n').filter((line) => !NO_COMPLAINT.test(line));
  const own = lines.findIndex((line) => line.startsWith(path));
  const [first = 'the file, and says nothing', ...below] = lines.slice(Math.max(0, own));
  const end = below.findIndex((line) => !/^\s/.test(line));
  const details = below.slice(0, end === -1 ? undefined : end).map((line) => line.trim());
  return [own === -1 ? `${path}: ${first}` : first, ...details].join(' ');
}

/** How the rules of the files compare with those that are loaded. */
export async function comparedRules(
  inFiles: readonly Placed[],
  loaded: readonly Placed[],
  access: PrometheusAccess,
): Promise<ComparedRule[]> {
  const names = new Set(inFiles.map(({ rule }) => rule.name));
  const queries = [...inFiles, ...loaded.filter(({ rule }) => names.has(rule.name))].map(({ rule }) => rule.query);
  const forms = new Map<string, string | null>();
  for (const query of new Set(queries)) {
    const answer = await asked(access, '/api/v1/format_query', { query }, text);
    forms.set(query, answer.ok ? answer.data : null);
  }
  return compared(inFiles, loaded, forms satisfies Forms);
}

/** The configuration that it runs with. @throws SloError when it does not show it. */
export async function configurationOf(access: PrometheusAccess) {
  const answer = await asked(access, '/api/v1/status/config', {}, (data) =>
    text((Object(data) as { yaml?: unknown }).yaml),
  );
  if (!answer.ok) throw new SloError('target-unreachable', answer.reason, { hint: answer.hint });
  return placedDocuments(`${access.url}/api/v1/status/config`, answer.data);
}

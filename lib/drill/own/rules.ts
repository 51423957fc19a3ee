/** Reads the rules of a team: those that its Prometheus has loaded, and those of files that the user names. */
import { placedDocuments, readPlaced } from '../../config/placed.ts';
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
    if (promtool !== null) await checked(promtool, path, signal);
    const read = readRules(path, readPlaced(path));
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
  const said = `${ran.stdout}\n${ran.stderr}`.split('\n').map((line) => line.trim());
  const words = said.filter((line) => line !== '' && line !== 'FAILED:' && !line.startsWith('Checking '));
  const [first = `it exited with ${ran.exitCode}`] = words;
  const about = first.includes(path) ? first : `${path}: ${first}`;
  throw new SloError('config-invalid', `promtool refuses ${about}`);
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

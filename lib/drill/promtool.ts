/** Asks `promtool test rules` what it makes of the samples of a drill: Prometheus' own evaluation, without any clock. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SloError } from '../core/error.ts';
import { within } from '../core/within.ts';
import { runCommand } from '../engine/command.ts';
import { gapsOf } from '../systems/alerts/model/bounds.ts';
import { ofKind, type Stage, stagesOf } from '../systems/alerts/model/timeline.ts';
import {
  asked,
  field,
  list,
  matrix,
  type PrometheusAccess,
  type RawSeries,
  rawSamples,
} from '../systems/metrics/observe/prometheus-api.ts';
import { type Asked, selectorsOf, type TestedRule, unitTest } from './model/unit-test.ts';
import type { RuleNow } from './prometheus.ts';
import type { Recorded } from './record.ts';
import type { DrilledStack } from './stack.ts';

interface PromtoolOptions {
  readonly stack: DrilledStack;
  readonly recorded: Recorded;
  readonly dir: string;
}

type Said = { readonly says: 'agrees' | 'disagrees' | 'nothing'; readonly words: string };

const PATIENCE_MS = 60_000;
/** More would be a file of some hundred megabytes. */
const MOST_SAMPLES = 2_000_000;
const SHOWN_CHARS = 200;

/** For each rule for which something was done to the server. Also of a stage that ended early, if Prometheus still answers. */
export async function recordPromtool(options: PromtoolOptions, loaded: readonly RuleNow[]): Promise<void> {
  const { recorded } = options;
  const stage = stagesOf(recorded.entries).at(-1);
  if (stage === undefined) return;
  const drilled = ofKind(stage.entries, 'fault').filter(({ is }) => is === 'on');
  if (drilled.length === 0) return;
  await within({ ms: PATIENCE_MS }, async (signal) => {
    for (const { rule: name } of drilled) {
      const rule = loaded.find((one) => one.name === name);
      const said =
        rule === undefined
          ? { says: 'nothing' as const, words: 'Prometheus has no such rule' }
          : await saidOf(rule, stage, options, signal).catch(unsaid);
      recorded.add({ kind: 'promtool', atMs: Date.now(), rule: name, ...said });
    }
  });
}

/** It is a witness: that it can't be asked ends no drill. */
function unsaid(error: unknown): Said {
  if (error instanceof SloError || error instanceof DOMException) return { says: 'nothing', words: error.message };
  throw error;
}

async function saidOf(
  rule: TestedRule,
  stage: Stage,
  { stack, dir }: PromtoolOptions,
  signal: AbortSignal,
): Promise<Said> {
  const promtool = await stack.promtool();
  if (promtool === null) return { says: 'nothing', words: 'promtool is not on this machine' };
  const made = await testOf(rule, stage, stack, signal);
  if (typeof made === 'string') return { says: 'nothing', words: made };
  const base = `promtool-${rule.name.replace(/[^\w.-]/g, '_')}`;
  const [rulesFile, testFile] = [`${base}.rules.json`, `${base}.json`];
  // JSON is YAML.
  writeFileSync(join(dir, rulesFile), JSON.stringify(made.rules, null, 1));
  writeFileSync(join(dir, testFile), JSON.stringify({ rule_files: [rulesFile], ...made.test }, null, 1));
  const ran = await runCommand(promtool, ['test', 'rules', testFile], { cwd: dir, env: process.env, signal });
  const said = `${ran.stdout}\n${ran.stderr}`;
  if (ran.exitCode === 0) return { says: 'agrees', words: `it says the same of the same samples (${testFile})` };
  const wrong = /^\s*FAILED:\s*$/m.test(said) ? wrongWords(said, made.asked) : null;
  if (wrong !== null) return { says: 'disagrees', words: `${wrong} (${testFile})` };
  return { says: 'nothing', words: (ran.startError?.message ?? said.trim()).slice(0, SHOWN_CHARS) };
}

/** The first of its answers that is not Prometheus'. */
function wrongWords(said: string, questions: readonly Asked[]): string | null {
  const wrong = questions.find(({ atSec, fired, sinceSec }) =>
    said
      .split(/expr: /)
      .slice(1)
      .some(
        (part) =>
          part.includes('count_over_time') === (sinceSec !== undefined) &&
          part.includes(`got: {} ${fired ? '0E+00' : '1E+00'}`) &&
          Math.abs(timeIn(part) - atSec) < 1,
      ),
  );
  if (wrong === undefined) return null;
  const { atSec, sinceSec, fired } = wrong;
  const when =
    sinceSec === undefined
      ? `${Math.round(atSec)} s after the first sample`
      : `between ${Math.round(sinceSec)} and ${Math.round(atSec)} s after the first sample`;
  return `with the same samples ${fired ? 'it does not fire' : 'it fires'} ${when}, other than in Prometheus`;
}

/** `time: 10m30.5s,`, as Go writes durations. */
function timeIn(part: string): number {
  const [, text = ''] = /time: ([^,\n]+)/.exec(part) ?? [];
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return [...text.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce(
    (sum, [, count, unit = 's']) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
}

/** Or why there is none. */
async function testOf(rule: TestedRule, stage: Stage, stack: DrilledStack, signal: AbortSignal) {
  const access = { ...stack.prometheus, signal };
  const now = await asked(access, '/api/v1/query', { query: 'time()' }, (data) =>
    Number(list(field(data, 'result'))[1]),
  );
  if (!now.ok) return now.reason;
  const { setup } = stage;
  const backSec = Math.max(0, ...setup.rules.map(({ windowSec }) => 2 * windowSec));
  const range = { untilMs: 1000 * now.data, ms: (Date.now() - setup.atMs) * setup.clockRate + 1000 * (backSec + 60) };
  const series = await seriesOf(rule.query, range, access);
  if (typeof series === 'string') return series;
  const alerts = `ALERTS{alertname=${JSON.stringify(rule.name)},alertstate="firing"}`;
  const fired = await matrix(access, `${alerts}[${Math.ceil(range.ms)}ms]`, range.untilMs);
  if (!fired.ok) return fired.reason;
  const firingAtSec = [...new Set(fired.data.flatMap(({ samples }) => samples.map(([sec]) => sec)))];
  const gaps = gapsOf(stage);
  const made = unitTest(rule, {
    series,
    firingAtSec: firingAtSec.toSorted((a, b) => a - b),
    untilSec: now.data,
    scrapeSec: setup.intervals.scrapeSec,
    evaluationSec: setup.intervals.evaluationSec,
    toleranceSec: 2 * (gaps.scrapeSec + gaps.evaluationSec),
  });
  return made ?? 'Prometheus had none of its series';
}

/** Whatever the query reads, or why it can't be had. */
async function seriesOf(
  query: string,
  range: { readonly untilMs: number; readonly ms: number },
  access: PrometheusAccess,
): Promise<RawSeries[] | string> {
  const series: RawSeries[] = [];
  for (const selector of selectorsOf(query)) {
    const answer = await rawSamples(access, selector, range.untilMs, range.ms);
    if (!answer.ok) return answer.reason;
    if (answer.data.some(({ isNative }) => isNative)) return 'it reads native histograms, which are not recorded';
    series.push(...answer.data);
  }
  if (series.reduce((sum, { samples }) => sum + samples.length, 0) > MOST_SAMPLES) return 'it reads too many samples';
  return unique(series);
}

/** Two selectors of one query may find the same series. */
function unique(series: readonly RawSeries[]): RawSeries[] {
  return [...new Map(series.map((one) => [JSON.stringify([one.name, one.labels]), one])).values()];
}

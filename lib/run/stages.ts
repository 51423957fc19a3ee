/**
 * The last stages, run from a folder: observe's result, judge, report. The same code runs after a load and offline on an old run, so both
 * say the same.
 */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renderGithubAnnotations, withoutCommands } from '../../reports/github.ts';
import { renderHtml } from '../../reports/html/page.ts';
import { renderJson } from '../../reports/json.ts';
import { renderJunit } from '../../reports/junit.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { type Painter, renderText } from '../../reports/text.ts';
import { loadAccepted } from '../config/accepted.ts';
import { START_LATENESS } from '../core/endpoint.ts';
import { leastOf, mostOf } from '../core/extent.ts';
import { OF_LOAD } from '../core/finding.ts';
import { generatorId, type LoadGenerator } from '../core/generators.ts';
import type { Observation } from '../core/observation.ts';
import type { Plan } from '../core/plan.ts';
import type { LoadResult, Recording } from '../core/recording.ts';
import type { Environment, RunFacts } from '../core/run.ts';
import { segmentsOf } from '../core/segment.ts';
import { judge } from '../judge/judge.ts';
import { hasJournal, type Recorder, readRecording, recoverRecorder } from '../record/index.ts';
import { SYSTEMS } from '../systems/index.ts';
import { everyCheck } from '../systems/plan.ts';
import { enginePlanOf } from './engine-plan.ts';
import { appendText, FILES, fileExists, readArray, readJson, readObject, writeText } from './folder.ts';
import { startLateness } from './generator.ts';
import { loadFigures } from './load-figures.ts';
import { underNames } from './other-names.ts';
import { loadReportAssets } from './report-assets.ts';
import { checkSeal } from './seal.ts';

/**
 * Judges a run folder and writes findings.json. @throws SloError when it is not a run folder, or of a version that is not known.
 * @param accept a file of acceptances that counts instead of those in the plan. @param contract a contract that counts instead.
 */
export function judgeRun(dir: string, accept?: string, contract?: string): RunFacts {
  const own = namedInstead(readRun(dir), contract);
  const facts = accept === undefined ? own : acceptingInstead(own, accept);
  writeText(dir, FILES.findings, renderJson(facts));
  return facts;
}

/** @throws SloError as `underNames`. */
function namedInstead(run: RunFacts, contract: string | undefined): RunFacts {
  if (contract === undefined) return run;
  const { verdict: _, ...rest } = run;
  const input = { ...rest, plan: underNames(run, contract) };
  return { ...input, verdict: judge(input, SYSTEMS) };
}

/** @throws SloError `config-invalid` for a file that is none, or that names no finding of such a run. */
function acceptingInstead(run: RunFacts, file: string): RunFacts {
  const { plan, verdict, ...rest } = run;
  // What this run found, and what a run under its contract may find besides.
  const found = verdict.findings.filter(({ system }) => system !== OF_LOAD);
  const legal = [...plan.objectives, ...found, ...everyCheck(SYSTEMS, plan.contract)].map(({ id }) => id);
  const input = { plan, ...rest, otherAcceptances: { file, accepted: loadAccepted(file, [...new Set(legal)]) } };
  return { ...input, verdict: judge(input, SYSTEMS) };
}

/** Judges a run folder and changes nothing in it. @throws SloError when it is not a run folder, or of a version that is not known. */
export function readRun(dir: string): RunFacts {
  const plan = readJson(dir, 'plan');
  const { load, recording, whole } = readLoad(dir, plan);
  const observations = readArray(dir, FILES.observations) as readonly Observation[];
  const environment = readObject(dir, FILES.environment) as Environment;
  if (whole) checkSeal(dir);
  const verdict = judge({ plan, load, recording, observations }, SYSTEMS);
  return { plan, load, recording, observations, verdict, environment };
}

/** A harness that was killed leaves no load.json, but the journal of what had been recorded. That is judged, as ended early. */
function readLoad(dir: string, plan: Plan): { load: LoadResult; recording: Recording; whole: boolean } {
  if (fileExists(dir, FILES.load) || !hasJournal(dir))
    return {
      load: readJson(dir, 'load'),
      recording: readRecording(dir),
      whole: true,
    };
  const recorder = recoverRecorder(dir, enginePlanOf(plan));
  const recording = recorder.finish();
  const reason = { kind: 'ended-early', detail: 'the harness itself ended before the load did' } as const;
  const load: LoadResult = {
    schemaVersion: plan.schemaVersion,
    reason,
    ...recordedTime(dir, recording),
    ...loadFigures({ plan, reason, recorder, generators: forgotten(plan, recorder) }),
  };
  return { load, recording, whole: false };
}

/** The generators of a load of which only the journal is left. It has the records of all of them together. */
function forgotten({ generators = 1 }: Plan, recorder: Recorder): LoadGenerator[] {
  const { peakRssBytes } = recorder.snapshot();
  const startLatenessUs = startLateness(recorder.finish().endpoints.get(START_LATENESS)?.total);
  return segmentsOf(generators).map((segment) => ({
    id: generatorId(segment),
    segment,
    engine: { path: 'unknown', version: 'unknown', source: 'hdr' },
    clockOffsetMs: null,
    cpuShare: null,
    peakRssBytes,
    startLatenessUs,
  }));
}

/** The times of a recording without any second: the nearest known time is when its plan was written. */
function recordedTime(dir: string, recording: Recording): Pick<LoadResult, 'startedAtMs' | 'endedAtMs'> {
  const seconds = [...recording.endpoints.values()].flatMap((endpoint) => endpoint.seconds.map(({ second }) => second));
  if (seconds.length === 0) {
    const plannedAtMs = Math.floor(statSync(join(dir, FILES.plan)).mtimeMs);
    return { startedAtMs: plannedAtMs, endedAtMs: plannedAtMs };
  }
  return { startedAtMs: leastOf(seconds) * 1000, endedAtMs: (mostOf(seconds) + 1) * 1000 };
}

export interface ReportOptions {
  readonly paint: Painter;
  /** Columns of the terminal; undefined: it is none. */
  readonly width?: number | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** The text for the terminal. */
export function terminalText(dir: string, facts: RunFacts, options: ReportOptions): string {
  const text = renderText(facts, {
    paint: options.paint,
    width: options.width,
    reportPath: resolve(join(dir, FILES.html)),
  });
  return options.env['GITHUB_ACTIONS'] === 'true' ? `${withoutCommands(text)}${renderGithubAnnotations(facts)}` : text;
}

/** Writes every report of a judged run. */
export async function writeReports(dir: string, facts: RunFacts, options: ReportOptions): Promise<void> {
  writeText(dir, FILES.html, renderHtml(facts, await loadReportAssets()));
  writeText(dir, FILES.markdown, renderMarkdown(facts));
  writeText(dir, FILES.junit, renderJunit(facts));
  const summary = options.env['GITHUB_STEP_SUMMARY'];
  if (summary) appendText(summary, renderMarkdown(facts));
}

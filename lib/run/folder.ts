/** The run folder: makes it, and has the names, versions and outer shape of its JSON files. */
import { appendFileSync, existsSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { FindingsFile } from '../../reports/json.ts';
import { SloError } from '../core/error.ts';
import type { Plan } from '../core/plan.ts';
import type { LoadResult } from '../core/recording.ts';
import { READABLE_VERSIONS } from '../core/schema-version.ts';
import type { Segment } from '../core/segment.ts';
import { makeFolder, readRunFile, storageError, writeAtomically } from '../record/index.ts';
import { upgraded, type VersionedFile } from './upgrade.ts';

export const FILES = {
  plan: 'plan.json',
  engine: 'engine.json',
  engineEntry: 'engine.js',
  engineLog: 'engine.log',
  faultsLog: 'faults.log',
  load: 'load.json',
  observations: 'observations.json',
  environment: 'environment.json',
  findings: 'findings.json',
  html: 'report.html',
  markdown: 'report.md',
  junit: 'junit.xml',
  comparison: 'comparison.json',
  comparisonMarkdown: 'comparison.md',
  comparisonHtml: 'comparison.html',
} as const;

/** The log of one of several generators. The first has the name that the only one has. */
export function engineLog({ index }: Segment): string {
  return index === 0 ? FILES.engineLog : FILES.engineLog.replace('.', `-${index + 1}.`);
}

/** A name that sorts by time: `2026-11-22T12-31-11-000Z-smoke`. */
export function idAt(startedAtMs: number, name: string): string {
  return `${new Date(startedAtMs).toISOString().replace(/[:.]/g, '-')}-${name}`;
}

/**
 * Makes the folder of a run and shows that it can be written to, before anything is started.
 * @returns a function that removes it again. It does nothing once there is a plan in the folder; until then the next try may use the same
 * name.
 * @throws SloError `run-folder` when `dir` is not empty, `storage` when it can't be made.
 */
export function createRunFolder(dir: string): () => void {
  return createFolder(dir, FILES.engineLog, FILES.plan);
}

/**
 * Like `createRunFolder`, for any folder: `first` is the file that shows that it can be written to, and the folder is kept once it has the
 * file `keeper`.
 */
export function createFolder(dir: string, first: string, keeper: string): () => void {
  const path = join(dir, first);
  const made = trying('make', dir, () => makeFolder(dir));
  if (trying('make', dir, () => readdirSync(dir)).length > 0) {
    throw new SloError('run-folder', `the run folder ${dir} is not empty`, {
      hint: 'name another with --out, or remove it',
    });
  }
  trying('write', path, () => writeFileSync(path, ''));
  return () => {
    // Somebody removed it, or put a file there: the write that failed has said so.
    if (!isFolder(dir) || fileExists(dir, keeper)) return;
    rmSync(path, { force: true });
    if (made !== undefined) removeEmpty(resolve(dir), resolve(made));
  };
}

function isFolder(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Removes folders without anything in them, from `dir` up to `top`. */
function removeEmpty(dir: string, top: string): void {
  if (readdirSync(dir).length > 0) return;
  rmdirSync(dir);
  if (dir !== top) removeEmpty(dirname(dir), top);
}

/** @throws SloError `storage`. */
export function writeText(dir: string, name: string, text: string): void {
  writeAtomically(join(dir, name), text);
}

/** @throws SloError `storage`. */
export function writeJson(dir: string, name: string, value: unknown): void {
  writeText(dir, name, `${JSON.stringify(value, null, 2)}\n`);
}

/** @throws SloError `storage`. */
export function appendText(path: string, text: string): void {
  trying('append to', path, () => appendFileSync(path, text));
}

/** The versioned files that are read again, with the keys that each must have. */
const VERSIONED = {
  plan: ['runId', 'target', 'phases', 'objectives'],
  load: ['reason', 'journeys', 'generators'],
  findings: ['outcome', 'headline', 'exitCode'],
} as const satisfies Readonly<Record<VersionedFile, readonly string[]>>;

interface Contents {
  readonly plan: Plan;
  readonly load: LoadResult;
  readonly findings: FindingsFile;
}

/**
 * Reads a versioned file of a run folder, in today's shape whatever version wrote it.
 * @throws SloError `run-folder` when it is missing or damaged, `schema-version` when this harness does not read its version.
 */
export function readJson<F extends VersionedFile>(dir: string, file: F): Contents[F] {
  const name = FILES[file];
  const written = readObject(dir, name);
  const read = upgraded(file, written);
  if (read.kind === 'unknown-version') {
    const version = JSON.stringify(written['schemaVersion']) ?? 'none';
    const message = `${join(dir, name)} has schema version ${version}, this harness reads ${READABLE_VERSIONS.join(' and ')}`;
    throw new SloError('schema-version', message, { hint: 'use the version of aragora-slo that wrote the run' });
  }
  if (read.kind === 'damaged') throw damaged(dir, name, read.how);
  const absent = VERSIONED[file].filter((key) => read.value[key] === undefined);
  if (absent.length > 0) throw damaged(dir, name, `it has no ${absent.join(', no ')}`);
  return read.value as unknown as Contents[F];
}

/** @throws SloError `run-folder` when it is missing, or is not a JSON object. */
export function readObject(dir: string, name: string): Readonly<Record<string, unknown>> {
  const value = readValue(dir, name);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw damaged(dir, name, 'it is not a JSON object');
}

/** @throws SloError `run-folder` when it is missing, or is not a JSON array. */
export function readArray(dir: string, name: string): readonly unknown[] {
  const value = readValue(dir, name);
  if (Array.isArray(value)) return value;
  throw damaged(dir, name, 'it is not a JSON array');
}

export function fileExists(dir: string, name: string): boolean {
  return existsSync(join(dir, name));
}

function readValue(dir: string, name: string): unknown {
  if (!existsSync(dir)) throw new SloError('run-folder', `there is no run folder ${dir}`);
  const text = readRunFile(join(dir, name));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(dir, name, 'it is not valid JSON', cause);
  }
}

function damaged(dir: string, name: string, how: string, cause?: unknown): SloError {
  return new SloError('run-folder', `${join(dir, name)} is damaged: ${how}`, {
    hint: 'the file was cut or changed after it was written; record the run again',
    cause,
  });
}

function trying<T>(verb: 'make' | 'write' | 'append to', path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw storageError(verb, path, cause);
  }
}

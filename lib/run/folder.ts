/**
 * Owns the run folder: making it, and reading and writing its JSON files whole or not at all.
 * Refuses to know what the files mean.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SloError } from '../core/error.ts';
import { SCHEMA_VERSION } from '../core/plan.ts';

export const FILES = {
  plan: 'plan.json',
  engine: 'engine.json',
  engineLog: 'engine.log',
  load: 'load.json',
  observations: 'observations.json',
  environment: 'environment.json',
  findings: 'findings.json',
  html: 'report.html',
  markdown: 'report.md',
  junit: 'junit.xml',
} as const;

/** @throws SloError `run-folder` when `dir` holds something already or can't be made. */
export function createRunFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
    if (readdirSync(dir).length > 0) {
      throw new SloError('run-folder', `the run folder ${dir} is not empty`, {
        hint: 'name another with --out, or remove it',
      });
    }
    const probe = join(dir, '.probe');
    writeFileSync(probe, '');
    renameSync(probe, join(dir, FILES.engineLog));
  } catch (cause) {
    throw folderError(cause, dir);
  }
}

export function writeText(dir: string, name: string, text: string): void {
  const path = join(dir, name);
  try {
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  } catch (cause) {
    throw folderError(cause, path);
  }
}

export function writeJson(dir: string, name: string, value: unknown): void {
  writeText(dir, name, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Reads a versioned file of a run folder.
 * @throws SloError `run-folder` when it is missing or broken, `schema-version` when another version wrote it.
 */
export function readJson<T extends { readonly schemaVersion: number }>(dir: string, name: string): T {
  const value = readUnversioned<T>(dir, name);
  if (value.schemaVersion !== SCHEMA_VERSION) {
    const message = `${join(dir, name)} has schema version ${value.schemaVersion}, this harness reads ${SCHEMA_VERSION}`;
    throw new SloError('schema-version', message, { hint: 'use the version of aragora-slo that wrote the run' });
  }
  return value;
}

export function fileExists(dir: string, name: string): boolean {
  return existsSync(join(dir, name));
}

export function readUnversioned<T>(dir: string, name: string): T {
  const path = join(dir, name);
  if (!existsSync(dir)) throw new SloError('run-folder', `there is no run folder ${dir}`);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new SloError('run-folder', `${path} is not valid JSON`, { cause });
    throw folderError(cause, path);
  }
}

function folderError(cause: unknown, path: string): SloError {
  if (cause instanceof SloError) return cause;
  const code = (cause as NodeJS.ErrnoException).code;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SloError('run-folder', `${path} can't be written: no permission`, {
        hint: 'name another folder with --out',
        cause,
      });
    case 'ENOENT':
      return new SloError('run-folder', `${path} is missing`, { hint: 'is it a run folder of aragora-slo?', cause });
    case 'ENOTDIR':
    case 'EEXIST':
      return new SloError('run-folder', `${path} is not a folder`, { hint: 'name another with --out', cause });
    case 'ENOSPC':
    case 'EFBIG':
    case 'EDQUOT':
      return new SloError('storage', `the disk is full: ${path} could not be written`, {
        hint: 'free some space, or name another folder with --out',
        cause,
      });
    default:
      return new SloError('storage', `${path}: ${code ?? String(cause)}`, { cause });
  }
}

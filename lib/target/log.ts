/**
 * The JSON log lines that the observability guide promises: fields, level names, destination. The only importer of pino. There is no field
 * for a header, so no credential can get into a line.
 */
import { openSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { SloError } from '../core/error.ts';
import type { LogLevel } from './log-levels.ts';

export interface LogOptions {
  /** A file to append to, or a file descriptor (2 for stderr). Absent: nothing is logged. */
  readonly to?: string | number;
  /** A second file that gets every line, too. */
  readonly alsoTo?: string;
  /** The lowest level that is logged; default info. */
  readonly level?: LogLevel;
  /** Returns the lines that are written instead of one. */
  readonly edit?: ((line: string) => readonly string[]) | undefined;
}

/** A place in the source that logs. `module`, `function` and `line` are found when it logs for the first time. */
export interface LogSite {
  readonly logger: string;
  place?: { readonly module: string; readonly function: string; readonly line: number };
}

export interface LogFields {
  readonly trace_id?: string;
  readonly request_id?: string;
  readonly method?: string;
  /** Without its query. */
  readonly path?: string;
  readonly status?: number | string;
  readonly duration_ms?: number;
  readonly debate_id?: string;
  readonly agent_count?: number;
}

export interface Log {
  /** Whether a line of this level would be written. Ask before computing expensive fields. */
  readonly enabled: (level: LogLevel) => boolean;
  readonly write: (site: LogSite, level: LogLevel, message: string, fields: LogFields) => void;
  /** Writes what is buffered, and closes the file. */
  readonly stop: () => Promise<void>;
}

const BUFFER_BYTES = 8 * 1024;
const FLUSH_MS = 500;
const LEVEL_NUMBERS: Record<LogLevel, number> = { debug: 20, info: 30, warning: 40, error: 50, critical: 60 };

/** Throws SloError("storage") when the file can't be opened. If it can't be written later, that is a warning of the process. */
export function createLog(options: LogOptions): Log {
  const destinations = [options.to, options.alsoTo].flatMap((to) => (to === undefined ? [] : [destinationAt(to)]));
  if (destinations.length === 0) return { enabled: () => false, write: () => {}, stop: async () => {} };
  const { edit } = options;
  const [only, ...others] = destinations;
  const write = (text: string): void => {
    const line = text.trimEnd();
    for (const written of edit?.(line) ?? [line])
      for (const destination of destinations) destination.write(`${written}\n`);
  };
  const logger = pino(
    {
      base: null,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
      customLevels: LEVEL_NUMBERS,
      useOnlyCustomLevels: true,
      level: options.level ?? 'info',
    },
    edit === undefined && only !== undefined && others.length === 0 ? only : { write },
  );
  return {
    enabled: (level) => logger.isLevelEnabled(level),
    write: (site, level, message, fields) => {
      site.place ??= callerPlace();
      logger[level]({ logger: site.logger, ...site.place, ...fields }, message);
    },
    stop: async () => {
      await Promise.all(destinations.map(closed));
    },
  };
}

type Destination = ReturnType<typeof pino.destination>;

function destinationAt(to: string | number): Destination {
  const dest = typeof to === 'number' ? to : opened(to);
  const destination = pino.destination({ dest, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS });
  destination.on('error', (cause: Error) => process.emitWarning(`the target's log can't be written: ${cause.message}`));
  return destination;
}

function closed(destination: Destination): Promise<void> {
  return new Promise((resolve) => {
    destination.once('close', resolve).once('error', resolve);
    destination.end();
  });
}

/** Not left to pino: with a file that it could not open, it throws when the process ends. */
function opened(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (cause) {
    throw new SloError('storage', `the target's log file "${path}" can't be opened`, { cause });
  }
}

const FRAME = /^\s*at (?:(?:async )?(.+?) \()?(.+?):(\d+):\d+\)?$/;

/** Where `write` was called: two frames above this one. */
function callerPlace(): NonNullable<LogSite['place']> {
  const [, name, file = 'unknown', line] = FRAME.exec(new Error().stack?.split('\n')[3] ?? '') ?? [];
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  return {
    module: basename(path).replace(/\.\w+$/, ''),
    function: name?.split('.').at(-1) ?? '<module>',
    line: Number(line ?? 0),
  };
}

/** Observes the log of a run: reads its file or what is piped in while the load runs, and afterwards asks each backend that collects it. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisesOf } from '../../../core/telemetry-plan.ts';
import { giveOneOf, openNamed } from '../../../observe/backends.ts';
import type { Measured, ObserveContext, Observer } from '../../../observe/observer.ts';
import { lookedUp } from '../../../observe/sent.ts';
import type { OptionValues } from '../../../options/spec.ts';
import type { LogsObservation } from '../observation.ts';
import type { LOGS_OPTIONS } from '../options.ts';
import type { LogPromises } from '../signals.ts';
import { observeBackend } from './backend.ts';
import { LOG_BACKENDS } from './backends.ts';
import { type LogOrigin, startReading } from './reader.ts';
import type { LogSearch } from './tally.ts';

/** The reference target writes its log twice a second, others at least every few seconds. */
const DEADLINE_MS = 10_000;

/** As in other programs: a log with this name is what is piped into the harness. */
const PIPED = '-';

export async function observeLogs(context: ObserveContext): Promise<Observer> {
  const { logFile: named }: OptionValues<typeof LOGS_OPTIONS> = context.options;
  const { telemetry, traceIds, secrets: finder, signal } = context;
  const folder = context.embedded ? await mkdtemp(join(tmpdir(), 'aragora-slo-target-')) : undefined;
  const logFile = folder === undefined ? named : join(folder, 'target.log');
  const isLookedUp = (traceId: string) => {
    const arrival = traceIds.locate(traceId);
    return arrival !== undefined && context.sent.flag(arrival.scenario, arrival.arrival) === true;
  };
  const search: LogSearch = { ...promisesOf<LogPromises>(telemetry, 'logs'), traceIds, finder, isLookedUp };
  const reader = logFile === undefined ? undefined : await startReading(originOf(logFile), search);
  const collect = async ({ load, recording, started }: Measured): Promise<LogsObservation[]> => {
    const sent = context.sent.arrivals(started);
    const window = { fromMs: load.startedAtMs, toMs: load.endedAtMs };
    const options = { sent, lookup: lookedUp(recording), during: window, deadlineMs: DEADLINE_MS, signal };
    const askBackends = async () => {
      const backends = await openNamed(LOG_BACKENDS, context);
      return Promise.all(backends.map((backend) => observeBackend(backend, search, { ...options, window })));
    };
    const [direct, others] = await Promise.all([reader?.stop(options), askBackends()]);
    const logs = [...(direct === undefined ? [] : [direct]), ...others];
    return logs.length > 0 ? logs : [noLog()];
  };
  return {
    ...(folder !== undefined && logFile !== undefined && { targetArgs: ['--log', logFile] }),
    collect,
    close: async () => {
      await reader?.cancel();
      // Whoever writes there may go on; that must not keep this process running.
      if (logFile === PIPED) process.stdin.destroy();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function originOf(logFile: string): LogOrigin {
  return logFile === PIPED ? { stream: process.stdin, name: 'the log piped in' } : { file: logFile };
}

function noLog(): LogsObservation {
  const hint = giveOneOf(['--log-file PATH', ...LOG_BACKENDS.map(({ usage }) => usage)]);
  return { kind: 'logs', status: 'unavailable', source: 'direct', reason: 'no log was named', hint };
}

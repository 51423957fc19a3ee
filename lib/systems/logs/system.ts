/** The observed system `logs`: the server's log, read as a file or a stream, or from the backends that collect it. */
import { collectedOf, onRun } from '../evidence.ts';
import { withLogNames } from '../own-names.ts';
import type { System } from '../system.ts';
import type { LogBackendInfo } from './backends.ts';
import { LOG_CHECKLIST } from './checklist.ts';
import { backendChecks } from './checks/backend.ts';
import { clockCheck } from './checks/clock.ts';
import { contentCheck } from './checks/content.ts';
import { durationsCheck } from './checks/durations.ts';
import { errorsCheck } from './checks/errors.ts';
import { type LogFacts, PAGE } from './checks/frame.ts';
import { formChecks, logSecretCheck } from './checks/lines.ts';
import { outcomeChecks } from './checks/outcomes.ts';
import { requestsCheck } from './checks/requests.ts';
import { timesCheck } from './checks/times.ts';
import { traceChecks } from './checks/traces.ts';
import { coveredLogs, UNBOUNDED_LOGS } from './covered.ts';
import { foreignLogged } from './foreign.ts';
import { logImplications } from './implications.ts';
import type { LogsObserved } from './observation.ts';
import { LOGS_OPTIONS } from './options.ts';
import { DOCUMENTED_LOGS } from './promises.ts';
import type { LogPromises } from './signals.ts';

/** @param backends the list may grow later, so it is read each time. @param more what else the system has, for example its observer. */
export function logsSystem<More extends object>(
  backends: readonly LogBackendInfo[],
  more: More,
): System<LogPromises> & More {
  return {
    ...more,
    id: 'logs',
    title: 'Logs',
    page: PAGE,
    get options() {
      return [...LOGS_OPTIONS, ...backends.flatMap(({ brings = [] }) => brings)];
    },
    get sources() {
      return [DIRECT, ...backends];
    },
    unobserved: { status: 'no-data', summary: 'no log was read: give its file, its stream or its backend' },
    promises: (_, own) => (own === undefined ? documentedLogs : withLogNames(documentedLogs, own)),
    checks: ({ promises: { signals }, sources, exclusive }) => {
      const own = [
        ...formChecks(signals),
        ...outcomeChecks(signals),
        errorsCheck(signals),
        contentCheck(signals),
        durationsCheck(signals),
        timesCheck(signals),
        clockCheck(signals),
        ...traceChecks(signals),
        requestsCheck(signals),
        logSecretCheck(),
      ];
      const asked = sources.filter((id) => id !== DIRECT.id);
      return [
        ...onRun(own, (input): LogFacts => {
          return { ...input, exclusive, observed: collectedOf<LogsObserved>(input, 'logs') };
        }),
        ...asked.flatMap((id) => backendChecks(signals, backends.find((backend) => backend.id === id) ?? unknown(id))),
      ];
    },
    checklist: LOG_CHECKLIST,
    signals: coveredLogs,
    foreign: foreignLogged,
    unbounded: UNBOUNDED_LOGS,
    implications: logImplications,
  };
}

export const documentedLogs: LogPromises = { signals: DOCUMENTED_LOGS };

/** A backend that a run asked and this program does not know. */
function unknown(id: string): LogBackendInfo {
  return { id, title: id, options: [], hasLabels: true };
}

const DIRECT = { id: 'direct', title: "the server's log", options: ['logFile'] };

/** Whether what the monitors said during the load is what clients saw at the same moments. */
import { countText } from '../../../core/numbers.ts';
import type { EndpointRecording } from '../../../core/recording.ts';
import type { JudgeInput } from '../../../core/run.ts';
import { sampleOutcome } from '../../../core/sample-outcome.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { lacking, property, unasked } from '../../finding.ts';
import type { Ping, SeenMonitor } from '../observation.ts';
import { AVAILABILITY } from '../promises.ts';
import { owedPings, statusCheck, summarisedWords } from './check.ts';

/** Clocks may differ by less than this, and a second of clients is the one in which an answer ended. */
const AROUND_SEC = 2;
/** No monitor waits longer for an answer, as far as that matters here. */
const LONGEST_SEC = 10;
/** Of so many clients not one had the luck of the monitor, or its bad luck. */
const MOST_SURE = 100;
/** What clients saw around one ping. */
type Clients = 'all-answered' | 'all-failed' | 'mixed';

interface Compared {
  readonly monitor: string;
  readonly ping: Ping;
  /** The monitor's ping before or after it failed, too: one alone can be lost on its way. */
  readonly isRepeated: boolean;
  readonly clients: Clients;
}

export const clients = statusCheck({
  id: 'clients',
  subject: 'monitors and clients see the same',
  proves: 'During the load no monitor called up what failed for every client, or down what answered every client.',
  source: AVAILABILITY,
  judge: (check, { observed, input }) => {
    const compared = observed.monitors.flatMap((monitor) => comparedOf(monitor, input));
    const upOfFailed = compared.filter(({ ping, clients }) => ping.outcome === 'up' && clients === 'all-failed');
    const downOfFine = compared.filter(({ ping, clients }) => ping.outcome !== 'up' && clients === 'all-answered');
    if (compared.length === 0) {
      const summary = `no ping of a URL of this server fell into a moment of the load with enough clients${summarisedWords(observed)}`;
      return unasked(check, summary);
    }
    const isSure = upOfFailed.length > 0 || downOfFine.some(({ isRepeated }) => isRepeated);
    const bad = [...upOfFailed, ...downOfFine];
    const evidence = bad.map(({ monitor, ping, clients: saw }) => ({
      label: `${monitor}, ${new Date(ping.atMs).toISOString()}`,
      value: `${ping.outcome}; ${saw === 'all-failed' ? 'every client failed' : 'every client was answered'}`,
    }));
    if (bad.length > 0 && !isSure)
      return lacking(
        check,
        'inconclusive',
        'one ping failed while every client was answered: it may have been lost',
        evidence,
      );
    return property(check, {
      samples: compared.length,
      bad: bad.length,
      summary: bad.length === 0 ? `in ${countText(compared.length)} pings` : contradictionText(upOfFailed, downOfFine),
      evidence,
    });
  },
});

function contradictionText(up: readonly Compared[], down: readonly Compared[]): string {
  const names = (some: readonly Compared[]): string => [...new Set(some.map(({ monitor }) => monitor))].join(', ');
  return [
    ...(up.length > 0 ? [`${names(up)} was up in ${up.length} pings while every client failed`] : []),
    ...(down.length > 0 ? [`${names(down)} was down in ${down.length} pings while every client was answered`] : []),
  ].join('; ');
}

/** Only of what asks the same address as clients do: whoever takes another way may see something else. */
function comparedOf({ name, path, atTarget, pings }: SeenMonitor, input: JudgeInput): Compared[] {
  const recording = atTarget && path !== null ? recordingOfPath(path, input) : undefined;
  if (recording === undefined) return [];
  const owed = owedPings(pings);
  return owed.flatMap((ping, at) => {
    const saw = clientsAround(ping, recording);
    if (saw === null) return [];
    const isRepeated = [owed[at - 1], owed[at + 1]].some((near) => near !== undefined && near.outcome !== 'up');
    return [{ monitor: name, ping, isRepeated, clients: saw }];
  });
}

function recordingOfPath(path: string, { plan, recording }: JudgeInput): EndpointRecording | undefined {
  const endpoints = plannedJourneys(plan).flatMap((journey) => journey.endpoints);
  const asked = endpoints.find(({ http }) => http?.method === 'GET' && http.path === path);
  return asked === undefined ? undefined : recording.endpoints.get(asked.name);
}

/** null where there were too few clients, or a second without any, or failures that say nothing about the server. */
function clientsAround({ atMs, tookMs, outcome }: Ping, { seconds }: EndpointRecording): Clients | null {
  const from = Math.floor(atMs / 1000) - AROUND_SEC;
  const lastsSec = Math.min(LONGEST_SEC, tookMs === null ? (outcome === 'up' ? 0 : LONGEST_SEC) : tookMs / 1000);
  const until = Math.floor(atMs / 1000 + lastsSec) + AROUND_SEC;
  const around = seconds.filter(({ second, count }) => second >= from && second <= until && count > 0);
  if (around.length < until - from + 1) return null;
  const samples = around.reduce((sum, { count }) => sum + count, 0);
  if (samples < MOST_SURE || around.some(({ dropped }) => dropped > 0)) return null;
  const failures = around.flatMap(({ failed }) => Object.entries(failed)).filter(([, count]) => count > 0);
  if (failures.length === 0) return 'all-answered';
  const failed = failures.reduce((sum, [, count]) => sum + count, 0);
  if (failed < samples) return 'mixed';
  return failures.every(([kind]) => isOfServer(kind)) ? 'all-failed' : null;
}

/** Whatever else fails may be between these clients and the server: a monitor has another way, and its own limits. */
function isOfServer(kind: string): boolean {
  const { status, refusedBy } = sampleOutcome(kind);
  return kind === 'refused' || (status !== null && status >= 400 && refusedBy === null);
}

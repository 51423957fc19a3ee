/** What a run sees of a Grafana, and what it says of that. */
import type { Observation } from '../../lib/core/observation.ts';
import type { HttpAccess } from '../../lib/http/access.ts';
import type { ObserveContext } from '../../lib/observe/observer.ts';
import { observeGrafana } from '../../lib/systems/grafana/observe/observer.ts';
import { grafanaPromises } from '../../lib/systems/grafana/promises.ts';
import { GRAFANA } from '../../lib/systems/grafana/system.ts';
import { judgeObserved } from './judge-system.ts';
import { factsOf } from './judged.ts';

export async function observedGrafana(
  url: string | undefined,
  access: HttpAccess = {},
): Promise<readonly Observation[]> {
  const telemetry = { systems: { grafana: { promises: grafanaPromises(), sources: ['direct'] } } };
  const given = { options: url === undefined ? {} : { grafana: url }, access: { grafana: access }, telemetry };
  const observer = observeGrafana({ ...given, signal: new AbortController().signal } as unknown as ObserveContext);
  const { load, recording } = factsOf([], {});
  const measured = { load, recording, started: {} };
  return [...(await observer.collect(measured)), ...((await observer.after?.(measured)) ?? [])];
}

export function grafanaFindings(observations: readonly Observation[]) {
  return judgeObserved(GRAFANA, observations);
}

/** `grafana.health pass`, one for each check. */
export function grafanaStatuses(observations: readonly Observation[]): string[] {
  return grafanaFindings(observations).map(({ id, status }) => `${id} ${status}`);
}

/**
 * Whether something in front of the server may have answered some requests by itself. Clients got these answers in another form than the
 * server's good ones, and each signal of the server lacks some of them, the same ones. Then what a signal lacks of them accuses nobody.
 */
import type { Finding } from '../core/finding.ts';
import { plural } from '../core/numbers.ts';
import type { Observation } from '../core/observation.ts';
import type { JudgeInput } from '../core/run.ts';
import { lacking } from '../systems/finding.ts';
import { FOREIGN_ANSWERS, type ForeignShown, foreignCount, recordedUnclear } from '../systems/foreign.ts';
import type { System } from '../systems/system.ts';
import { lookedAt } from './looked-at.ts';

/** The facts if nobody knows who gave these answers; null where there are none, or where the server gave them. */
export function unclearFacts(input: JudgeInput, systems: readonly System[]): JudgeInput | null {
  if (foreignCount(input) === 0 || !mayBeInFront(shownBy(input, systems))) return null;
  const unclear = (observation: Observation): Observation =>
    observation.status === 'collected'
      ? (systems.find(({ id }) => id === observation.kind)?.unclear?.(observation, input) ?? observation)
      : observation;
  return {
    ...input,
    recording: recordedUnclear(input.recording),
    observations: input.observations.map(unclear),
  };
}

/** What the systems show that can tell. */
export function shownBy(input: JudgeInput, systems: readonly System[]): ForeignShown[] {
  const { telemetry } = input.plan;
  return systems.flatMap((system) => {
    if (telemetry?.systems[system.id] === undefined) return [];
    const shown = system.foreign?.(input, lookedAt(system, telemetry, input.observations)) ?? null;
    return shown === null ? [] : [shown];
  });
}

/** A signal that has all of them shows that the server gave them, and so does one that has what another lacks. */
export function mayBeInFront(all: readonly ForeignShown[]): boolean {
  const present = new Set(all.flatMap((one) => one.present ?? []));
  return all.every(({ of, shown, absent = [] }) => shown < of && !absent.some((traceId) => present.has(traceId)));
}

/** A finding that fails only if the server gave these answers. */
export function undecidedBy(finding: Finding, input: JudgeInput): Finding {
  const foreign = plural(foreignCount(input), 'answer');
  const why = `clients got ${foreign} in another form than the server's good ones, and no signal of the server has all of them: something in front of it may have given them`;
  const evidence = [...finding.evidence, { label: FOREIGN_ANSWERS, value: foreign }];
  return lacking(finding, 'inconclusive', `${finding.summary}; but ${why}`, evidence);
}

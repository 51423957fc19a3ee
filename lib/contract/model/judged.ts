/** A run judged once more by trial names: checks that pass under a name are the evidence for it. */
import type { Finding } from '../../core/finding.ts';
import type { OwnNames } from '../../core/own-names.ts';
import type { JudgeInput } from '../../core/run.ts';
import { judgeCheck } from '../../systems/evidence.ts';
import type { Check, System } from '../../systems/system.ts';

/** What is judged, and by which names besides those that are tried. */
export interface Trial {
  readonly input: JudgeInput;
  readonly systems: readonly System[];
  readonly contract: string;
  readonly exclusive: boolean;
}

export interface Judged {
  readonly check: Check;
  readonly finding: Finding;
}

/** @param wants which checks of the system are asked. */
export function judgedBy(
  { input, systems, contract, exclusive }: Trial,
  system: string,
  own: Omit<OwnNames, 'file'>,
  wants: (id: string) => boolean,
): Judged[] {
  const known = systems.find(({ id }) => id === system);
  if (known === undefined) return [];
  const promises = known.promises(contract, { file: '', ...own });
  const sources = known.sources.map(({ id }) => id);
  return known
    .checks({ promises, sources, exclusive })
    .filter(({ id }) => wants(id))
    .map((check) => ({ check, finding: judgeCheck(check, input, systems) }));
}

export function sentence({ id, summary }: Finding): string {
  return `${id} passes: ${summary}`;
}

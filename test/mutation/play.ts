/** Plays mutants: each tape to the real observer of its system, and what was observed to the real checks. */
import type { Finding } from '../../lib/core/finding.ts';
import { judgeSystems } from '../../lib/judge/systems.ts';
import { SYSTEMS } from '../../lib/systems/index.ts';
import type { CheckInfo } from '../../lib/systems/system.ts';
import { factsAgain } from '../proofs/replay.ts';
import type { Tape } from '../proofs/tape.ts';
import { equivalence } from './equivalent.ts';
import { fineness } from './fineness.ts';
import { mayKill } from './killers.ts';
import { MUTATED_SYSTEMS, type Mutant, type MutatedSystem } from './mutant.ts';
import { evidenceDigest } from './mutants.ts';

/**
 * - killed: a gating finding about the signal fails. elsewhere: only gating findings that are not about it fail. undecided: none fails, and one
 *   that passed does so no longer. survived: nobody noticed.
 * - unchanged: the tape is as before. repeated: as after a mutant before it. Neither is counted.
 */
export const FATES = ['killed', 'elsewhere', 'undecided', 'survived', 'unchanged', 'repeated'] as const;
export type Fate = (typeof FATES)[number];

export interface Played extends Omit<Mutant, 'apply' | 'system'> {
  readonly system: MutatedSystem | 'answers';
  readonly fate: Fate;
  /** Ids of the gating findings that say so. */
  readonly by: readonly string[];
  /** Why nobody could notice; null when somebody should. */
  readonly equivalent: string | null;
}

/** Plays one after the other on one tape. */
export class Player {
  readonly #tape: Tape;
  readonly #families: Readonly<Record<MutatedSystem, readonly string[]>>;
  readonly #checks: ReadonlyMap<string, CheckInfo>;
  /** What says yes to the tape as it is: nothing else can say that it was changed. */
  readonly #passing: ReadonlySet<string>;
  readonly #seen = new Set<string>();

  /** @param all the tape's mutants, whether they are played or not. */
  constructor(tape: Tape, all: readonly Mutant[]) {
    const familiesOf = (system: MutatedSystem) =>
      [...new Set(all.filter((mutant) => mutant.system === system).map(({ family }) => family))].filter(
        (family) => family !== 'lines',
      );
    this.#tape = tape;
    this.#families = { metrics: familiesOf('metrics'), traces: familiesOf('traces'), logs: familiesOf('logs') };
    this.#checks = new Map(checksOf(tape).map((check) => [check.id, check]));
    const passing = tape.facts.verdict.findings.filter(({ gating, status }) => gating && status === 'pass');
    this.#passing = new Set(passing.map(({ id }) => id));
    for (const system of MUTATED_SYSTEMS) this.#seen.add(evidenceDigest(tape, system));
  }

  async play({ apply, ...mutant }: Mutant): Promise<Played> {
    const changed = apply(this.#tape);
    const equivalent = equivalence(mutant) ?? fineness(this.#tape, changed, mutant);
    const digest = evidenceDigest(changed, mutant.system);
    if (this.#seen.has(digest)) {
      const isUnchanged = digest === evidenceDigest(this.#tape, mutant.system);
      return { ...mutant, equivalent, by: [], fate: isUnchanged ? 'unchanged' : 'repeated' };
    }
    this.#seen.add(digest);
    const findings = judgeSystems(await factsAgain(changed, [mutant.system]), SYSTEMS);
    return { ...mutant, equivalent, ...this.fateOf(mutant, findings) };
  }

  /** What the findings of a run say of a mutant that was in it. */
  fateOf(mutant: Omit<Mutant, 'apply'>, findings: readonly Finding[]): Pick<Played, 'fate' | 'by'> {
    const gating = findings.filter(({ id, gating }) => gating && this.#passing.has(id));
    const failed = gating.filter(({ status }) => status === 'fail').map(({ id }) => id);
    const killers = failed.filter((id) => {
      const check = this.#checks.get(id);
      return check !== undefined && mayKill(check, mutant, this.#families[mutant.system]);
    });
    if (killers.length > 0) return { fate: 'killed', by: killers };
    if (failed.length > 0) return { fate: 'elsewhere', by: failed };
    const open = gating.filter(({ status }) => status !== 'pass').map(({ id }) => id);
    return { fate: open.length > 0 ? 'undecided' : 'survived', by: open };
  }
}

function checksOf({ facts: { plan } }: Tape): readonly CheckInfo[] {
  const { telemetry } = plan;
  if (telemetry === undefined) throw new Error('the tape was not planned with telemetry');
  return SYSTEMS.flatMap((system) => {
    const planned = telemetry.systems[system.id];
    // Nobody asked the run of the tape to look there.
    if (planned === undefined) return [];
    const { promises, sources } = planned;
    return system.checks({ promises, sources: sources ?? [], exclusive: telemetry.exclusive });
  });
}

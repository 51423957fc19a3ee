/** The table of evidence: which check bounds which aspect of which documented signal, from which side, by which witness. Pure. */
import {
  ASPECTS,
  type Aspect,
  type Bound,
  isIndependent,
  type Side,
  type SignalInfo,
  type Witness,
} from '../core/coverage.ts';

/** Why nobody can bound an aspect. */
export interface Unbounded {
  /** `not-promised`: no document says how it has to be, so it is no documented aspect. `unseen`: nobody outside can see it. */
  readonly because: 'not-promised' | 'unseen';
  /** Names of signals; `*` stands for any text. */
  readonly signals: readonly string[];
  readonly aspects: readonly Aspect[];
  readonly reason: string;
}

export interface BoundBy {
  readonly check: string;
  readonly witness: Witness;
}

/** One aspect of one signal. */
export interface CoverageRow {
  readonly signal: SignalInfo;
  readonly aspect: Aspect;
  /** For each side that the aspect has. */
  readonly sides: readonly { readonly side: Side; readonly by: readonly BoundBy[] }[];
}

/** A check, by its id, and what it bounds. */
interface Bounding {
  readonly id: string;
  readonly bounds?: readonly Bound[];
}

export function coverageRows(signals: readonly SignalInfo[], checks: readonly Bounding[]): CoverageRow[] {
  const declared = checks.flatMap(({ id, bounds = [] }) => bounds.map((bound) => ({ check: id, bound })));
  return signals.flatMap((signal) =>
    ASPECTS.flatMap((aspect): CoverageRow[] => {
      const sides = signal.aspects[aspect];
      if (sides === undefined) return [];
      const own = declared.filter(({ bound }) => bound.aspect === aspect && isAbout(bound, signal));
      const by = (side: Side): BoundBy[] =>
        own.flatMap(({ check, bound }) => (bound.sides.includes(side) ? [{ check, witness: bound.witness }] : []));
      return [{ signal, aspect, sides: sides.map((side) => ({ side, by: by(side) })) }];
    }),
  );
}

export function isAbout({ signal }: Bound, { name, kind }: SignalInfo): boolean {
  return typeof signal === 'string' ? signal === name : signal.every === kind;
}

/** Sides on which no independent witness bounds it; [] when it is bounded. */
export function openSides({ sides }: CoverageRow): Side[] {
  return sides.flatMap(({ side, by }) => (by.some(({ witness }) => isIndependent(witness)) ? [] : [side]));
}

export function isBounded(row: CoverageRow): boolean {
  return openSides(row).length === 0;
}

/** Why nobody can bound it; undefined when no reason is known. */
export function reasonFor({ signal, aspect }: CoverageRow, reasons: readonly Unbounded[]): Unbounded | undefined {
  return reasons.find((one) => one.aspects.includes(aspect) && one.signals.some((name) => matches(name, signal.name)));
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

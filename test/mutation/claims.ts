/**
 * What the table of evidence claims, held up to mutants: a check that says it bounds an aspect of a signal from one side has to kill a mutant
 * that changes just that. Which aspect and side a mutant changes follows from its operator.
 */
import { type Aspect, SIDES, type Side } from '../../lib/core/coverage.ts';
import type { CoverageRow } from '../../lib/systems/coverage.ts';
import { MUTATED_SYSTEMS, type Mutant, type MutatedSystem } from './mutant.ts';
import type { Played } from './play.ts';
import { isProvedByBreak } from './proved-by-breaks.ts';

export interface Claim {
  readonly check: string;
  readonly system: MutatedSystem;
  readonly signal: string;
  readonly aspect: Aspect;
  readonly side: Side;
}

type Changing = Pick<Mutant, 'system' | 'operator' | 'signal' | 'family'>;

interface Change {
  readonly aspect: Aspect;
  readonly sides: readonly Side[];
}

/** One for each check, aspect and side. Of what clients get there are no mutants: breaks prove those checks. */
export function claimsOf(rows: readonly CoverageRow[]): Claim[] {
  return rows.flatMap(({ signal, aspect, sides }) => {
    const system = MUTATED_SYSTEMS.find((known) => known === signal.system);
    if (system === undefined) return [];
    return sides.flatMap(({ side, by }) =>
      by.map(({ check }) => ({ check, system, signal: signal.name, aspect, side })),
    );
  });
}

/** Whether the mutant is a lie of the kind that the claim says would be noticed. */
export function isTestOf(mutant: Changing, { system, signal, aspect, side }: Claim): boolean {
  if (mutant.system !== system || signalOf(mutant) !== signal) return false;
  const change = changeOf(mutant);
  return change?.aspect === aspect && change.sides.includes(side);
}

/** As the table of evidence names it: a histogram's parts and a metric's labels are the metric's. */
export function signalOf({ system, signal, family }: Pick<Mutant, 'system' | 'signal' | 'family'>): string {
  return system === 'metrics' ? `aragora_${family}` : signal;
}

/** undefined where an operator changes something in no one direction, for example noise. */
export function changeOf(mutant: Changing): Change | undefined {
  const { system, operator, signal, family } = mutant;
  if (system === 'metrics') return ofMetric(mutant);
  if (system === 'traces' && signal === family) return SPANS[operator] ?? SETS[operator];
  if (system === 'logs' && signal === 'lines') return LINES[operator] ?? SETS[operator];
  return ofValue(operator);
}

/** Late numbers of a metric are about its time. Of a histogram, what it counts is its count. */
function ofMetric({ operator, signal, family }: Changing): Change | undefined {
  if (signal.endsWith(' HELP')) return undefined;
  if (signal.endsWith(' TYPE')) return textChange('content', operator);
  const isCount = signal === `aragora_${family}_count` || signal.endsWith(' counts');
  if (signal.includes(' ') && !isCount) return textChange('labels', operator);
  if (operator === 'swap') return change('labels', 'above');
  if (LATE.has(operator)) return change('time', 'above');
  const sides = NUMBERS[operator];
  return sides === undefined ? SETS[operator] : change(isCount ? 'count' : 'value', ...sides);
}

/** Of an attribute or a field. `constant` makes a number too small and a text another one. */
function ofValue(operator: string): Change | undefined {
  if (operator === 'lost' || operator === 'null') return change('exists', 'below');
  if (operator === 'constant' || LATE.has(operator)) return undefined;
  const sides = NUMBERS[operator];
  return sides === undefined ? textChange('content', operator) : change('value', ...sides);
}

function textChange(aspect: Aspect, operator: string): Change {
  return change(aspect, TOO_LITTLE.has(operator) ? 'below' : 'above');
}

function change(aspect: Aspect, ...sides: readonly Side[]): Change {
  return { aspect, sides };
}

const TOO_LITTLE: ReadonlySet<string> = new Set(['lost', 'empty', 'shortened']);
const LATE: ReadonlySet<string> = new Set(['lag', 'held-back']);

const NUMBERS: Readonly<Record<string, readonly Side[]>> = {
  zero: ['below'],
  sign: ['below'],
  half: ['below'],
  thousandth: ['below'],
  constant: ['below'],
  double: ['above'],
  thousandfold: ['above'],
};

const SETS: Readonly<Record<string, Change>> = {
  'lose-all': change('exists', 'below'),
  'lose-every-second-scrape': change('exists', 'below'),
  'lose-half': change('count', 'below'),
  'lose-one-in-ten': change('count', 'below'),
  repeat: change('count', 'above'),
  'repeat-with-new-id': change('count', 'above'),
  'repeat-one-in-ten': change('count', 'above'),
  'hold-back-to-the-end': change('relation', 'below'),
  reorder: change('relation', ...SIDES),
};

const SPANS: Readonly<Record<string, Change>> = {
  'parent-lost': change('relation', 'below'),
  'parent-unknown': change('relation', 'below'),
  'moved-to-a-new-trace': change('relation', 'below'),
  'neighbours-span-id': change('relation', 'above'),
  'parent-itself': change('relation', 'above'),
  'parent-of-another-trace': change('relation', 'above'),
  'parents-parent': change('relation', 'above'),
  'child-as-parent': change('relation', 'above'),
  'sibling-as-parent': change('relation', 'above'),
  'moved-to-neighbours-trace': change('relation', 'above'),
  'no-time': change('time', 'below'),
  'half-the-time': change('time', 'below'),
  'earlier-400-ms': change('time', 'below'),
  'starts-400-ms-earlier': change('time', 'below'),
  'start-and-end-swapped': change('time', 'below'),
  'later-400-ms': change('time', 'above'),
  'ends-400-ms-later': change('time', 'above'),
  'ten-times-as-long': change('time', 'above'),
  'thousand-times-as-long': change('time', 'above'),
  'after-its-parent': change('time', 'above'),
  'service-lost': change('content', 'below'),
  'service-made-up': change('content', 'above'),
  'status-turned': change('content', 'above'),
  'name-made-up': change('content', 'above'),
  'name-upper-case': change('content', 'above'),
};

const LINES: Readonly<Record<string, Change>> = {
  'later-400-ms': change('time', 'above'),
  'later-10-s': change('time', 'above'),
  'earlier-400-ms': change('time', 'below'),
  'earlier-an-hour': change('time', 'below'),
  half: change('content', 'below'),
  'text-of-json': change('content', 'above'),
  'in-a-list': change('content', 'above'),
  'several-lines': change('content', 'above'),
  base64: change('content', 'above'),
};

/** Claims that no played mutant supports, and no named break. */
export function unsupported(claims: readonly Claim[], played: readonly Played[]): Claim[] {
  return claims.filter(
    (claim) =>
      !isProvedByBreak(claim) &&
      !played.some((one) => one.fate === 'killed' && isTestOf(one, claim) && one.by.includes(claim.check)),
  );
}

/** What checks notice, and do not claim: to look at when a row of the table is open. */
export function unclaimed(claims: readonly Claim[], played: readonly Played[]): Claim[] {
  const found = new Map<string, Claim>();
  const keyOf = ({ check, signal, aspect, side }: Claim) => [check, signal, aspect, side].join(' | ');
  const known = new Set(claims.map(keyOf));
  for (const one of played) {
    const changed = changeOf(one);
    if (changed === undefined || one.fate !== 'killed') continue;
    for (const check of one.by) {
      for (const side of changed.sides) {
        const claim = { check, system: one.system, signal: signalOf(one), aspect: changed.aspect, side };
        if (!known.has(keyOf(claim))) found.set(keyOf(claim), claim);
      }
    }
  }
  return [...found.values()];
}

/**
 * How far evidence reaches: which aspects a documented signal has, and which witness bounds each of them, from which side. Checks declare
 * what they bound, so the table of evidence is computed (lib/systems/coverage.ts), never written.
 */

/** What can be true or false of a signal; ASPECT_MEANING says it in words. */
export const ASPECTS = ['exists', 'count', 'value', 'time', 'labels', 'relation', 'content'] as const;
export type Aspect = (typeof ASPECTS)[number];

export const ASPECT_MEANING: Readonly<Record<Aspect, string>> = {
  exists: 'it is there when it has to be',
  count: 'there are as many as happened, and none twice; of a histogram also: it counts as many',
  value: 'the number that it gives is not too small (below) and not too large (above)',
  time: 'it is not too early or too short (below), and not too late or too long (above)',
  labels: 'its labels are there (below), and each value stands under the right label (above)',
  relation: 'what belongs together is together (below), and nothing else is there (above)',
  content: 'its text, type and form are there (below), and no other stands in their place (above)',
};

/** Below: too little is noticed. Above: too much, or something else. */
export const SIDES = ['below', 'above'] as const;
export type Side = (typeof SIDES)[number];

/**
 * Who says so. `documents`: what was promised. `clients`: what the load sent and saw. `metrics`, `traces`, `logs`: another signal of the
 * server. `itself`: the signal alone, which is no independent witness.
 */
export const WITNESSES = ['documents', 'clients', 'metrics', 'traces', 'logs', 'itself'] as const;
export type Witness = (typeof WITNESSES)[number];

export function isIndependent(witness: Witness): boolean {
  return witness !== 'itself';
}

export const SIGNAL_KINDS = ['metric', 'span', 'attribute', 'lines', 'field', 'answer', 'seen'] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** A documented signal. */
export interface SignalInfo {
  /** Id of its system; `objectives` for what clients get. */
  readonly system: string;
  /** For example `aragora_requests_total`, `db.query table`, `level`, `GET /api/health`. */
  readonly name: string;
  readonly kind: SignalKind;
  /** The sides that each of its aspects has. An aspect that it does not have is not here. */
  readonly aspects: Readonly<Partial<Record<Aspect, readonly Side[]>>>;
}

/** What a check bounds. */
export interface Bound {
  /** The name of a signal, or every signal of a kind. An aspect or a side that a signal does not have is left out. */
  readonly signal: string | { readonly every: SignalKind };
  readonly aspect: Aspect;
  readonly sides: readonly Side[];
  readonly witness: Witness;
}

/** An aspect without a witness from some side, and why. */
export interface OpenAspect {
  readonly system: string;
  readonly signal: string;
  readonly aspect: Aspect;
  readonly sides: readonly Side[];
  readonly reason: string;
}

/** Of one run. Written to findings.json. */
export interface Coverage {
  /** Documented aspects of documented signals. */
  readonly aspects: number;
  /** Those that an independent witness bounded in this run, from every side that they have. */
  readonly bounded: number;
  readonly open: readonly OpenAspect[];
  /** Aspects that no document promises, so they do not count above. */
  readonly notPromised: readonly OpenAspect[];
}

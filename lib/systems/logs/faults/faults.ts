/** How the reference target's log can be wrong, as data. index.ts carries out each kind. */
import { breakBy, type FaultBreak } from '../../../target/break.ts';

/** In fields of one line in this many, or of each. */
export type FieldFault =
  | { readonly kind: 'field-missing'; readonly field: string; readonly every: number }
  | { readonly kind: 'field-instead'; readonly field: string; readonly value: unknown; readonly every: number }
  | { readonly kind: 'field-upper-case'; readonly field: string }
  /** Paths with the id of a debate have another one in one line of this many. */
  | { readonly kind: 'other-debates'; readonly every: number }
  /** One of these values, in turn. */
  | { readonly kind: 'field-in-turn'; readonly field: string; readonly values: readonly string[] }
  /** Another number in each line, from 1 on. */
  | { readonly kind: 'field-counting'; readonly field: string }
  | { readonly kind: 'trace-ids-random' }
  /** Each line has the trace id of the line before. */
  | { readonly kind: 'trace-ids-late' }
  /** `local`: without a zone. `offset-and-z`: both. `epoch`: seconds since 1970. `frozen`: that of the first line. */
  | { readonly kind: 'timestamps'; readonly as: 'local' | 'offset-and-z' | 'epoch' | 'frozen' }
  | { readonly kind: 'timestamps-shifted'; readonly byMs: number; readonly every: number };

/** In whole lines. */
export type LineFault =
  /** This text beside one line in `every`, the first time beside line `first`. */
  | { readonly kind: 'line-added-to-log'; readonly text: string; readonly every: number; readonly first: number }
  /** One line in this many is never written. */
  | { readonly kind: 'lines-lost'; readonly every: number }
  | {
      readonly kind: 'lines-wrapped';
      readonly every: number;
      readonly as: 'list' | 'half' | 'two-in-one' | 'named-twice';
    }
  /** Besides one line in this many, the same one under ids of its own. */
  | { readonly kind: 'lines-invented'; readonly every: number }
  /** Besides one line in this many, one of level ERROR, by the same place in the source, about no request. */
  | { readonly kind: 'errors-added'; readonly every: number }
  /** One line in this many is written twice; `laterMs`: the second one is of so much later, and says that it took as much longer. */
  | { readonly kind: 'lines-repeated'; readonly every: number; readonly laterMs?: number };

export type LogsFault =
  | FieldFault
  | LineFault
  /** The request id shows this header of the request. */
  | { readonly kind: 'header-leaked'; readonly header: 'authorization' | 'cookie' };

export type LogsBreak = FaultBreak<LogsFault>;

export const lies = breakBy<LogsFault>;

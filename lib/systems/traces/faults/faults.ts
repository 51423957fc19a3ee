/** How the reference target's traces can lie, as data; `span` is a documented name. Each kind is carried out in one place: index.ts. */
import { breakBy, type FaultBreak } from '../../../target/break.ts';

/** On attributes. */
export type AttributeFault =
  | { readonly kind: 'span-attribute-missing'; readonly span: string; readonly attribute: string }
  /** A number becomes a string, everything else a number. */
  | { readonly kind: 'span-attribute-mistyped'; readonly span: string; readonly attribute: string }
  /** The same for every span of that name. */
  | {
      readonly kind: 'span-attribute-instead';
      readonly span: string;
      readonly attribute: string;
      readonly value: string | number;
    };

/** On a span as it is exported. */
export type SpanFault =
  | AttributeFault
  | { readonly kind: 'span-renamed'; readonly span: string; readonly to: string }
  /** Its parent's id is one that no span has. */
  | { readonly kind: 'span-orphaned'; readonly span: string }
  | { readonly kind: 'span-status'; readonly span: string; readonly status: 'unset' | 'error' }
  | {
      readonly kind: 'span-times';
      readonly span: string | 'all';
      readonly startMs: number;
      readonly endMs: number;
      /** Of one trace in so many; of all when absent. */
      readonly every?: number;
    }
  | { readonly kind: 'span-ends-first'; readonly span: string }
  /** It ends when it begins. */
  | { readonly kind: 'span-timeless'; readonly span: string }
  /** Besides each right one of that name, one whose trace id is all zero. */
  | { readonly kind: 'span-invalid'; readonly span: string }
  | { readonly kind: 'service-name'; readonly name: string }
  /** The trace goes on, but the span says nothing of its caller. */
  | { readonly kind: 'parent-lost' };

/** On where spans stand, which is decided when they begin. */
export type TreeFault =
  /** Its children hang under its parent. */
  | { readonly kind: 'span-missing'; readonly span: string }
  | { readonly kind: 'span-under-request'; readonly span: string }
  /** It and what is under it is a trace of its own. */
  | { readonly kind: 'span-apart'; readonly span: string }
  /** Nothing is exported of one continued trace in so many. */
  | { readonly kind: 'traces-lost'; readonly every: number }
  /** The trace is begun anew in the spans. */
  | { readonly kind: 'trace-lost' };

/** On who is recorded. */
export type SamplingFault =
  | { readonly kind: 'sampling-ratio'; readonly ratio: number }
  | { readonly kind: 'unset-flag-ignored' }
  /** This share (0–1) of the traces is recorded whose flag asks for it. */
  | { readonly kind: 'set-flag-ignored'; readonly share: number };

export type TracesFault =
  | SpanFault
  | TreeFault
  | SamplingFault
  /** An attribute shows this header of the request. */
  | { readonly kind: 'header-leaked'; readonly header: 'authorization' | 'cookie' };

export type TracesBreak = FaultBreak<TracesFault>;

export const lies = breakBy<TracesFault>;

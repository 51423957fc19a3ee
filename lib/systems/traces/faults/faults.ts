/** How the reference target's traces can be wrong, as data; `span` is a documented name. index.ts carries out each kind. */
import { breakBy, type FaultBreak } from '../../../target/break.ts';

/** In attributes. */
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

/** In the requests whose traces the server begins itself. */
export type BegunFault =
  /** No trace begins at this path: those that would begin at the other one instead. */
  | { readonly kind: 'begun-elsewhere'; readonly path: string; readonly instead: string }
  /** They last so many times their time: they begin later, or end later. */
  | { readonly kind: 'begun-lasting'; readonly times: number }
  | {
      readonly kind: 'begun-saying';
      readonly attributes: Readonly<Record<string, string | number>>;
      readonly isError: boolean;
    };

/** In a span before it is exported. */
export type SpanFault =
  | AttributeFault
  | BegunFault
  /** Each round is exported again as the next one, with calls of its own. */
  | { readonly kind: 'rounds-doubled' }
  /** It begins earlier, so that it lasts at least so long. */
  | { readonly kind: 'span-lengthened'; readonly span: string; readonly leastMs: number }
  | { readonly kind: 'span-renamed'; readonly span: string; readonly to: string }
  /** Its parent's id is one that no span has. */
  | { readonly kind: 'span-orphaned'; readonly span: string }
  | { readonly kind: 'span-own-parent'; readonly span: string }
  /** It is exported again, and then lasts longer. */
  | { readonly kind: 'span-again'; readonly span: string }
  /** It stands twice in its export. */
  | { readonly kind: 'span-twice'; readonly span: string }
  /** It is exported under another id, too. */
  | { readonly kind: 'span-under-two-ids'; readonly span: string }
  /** One of this many is never exported. */
  | { readonly kind: 'spans-lost'; readonly span: string; readonly every: number }
  /** It lasts this share (0–1) of its time. */
  | { readonly kind: 'span-shortened'; readonly span: string; readonly share: number }
  | { readonly kind: 'span-status'; readonly span: string; readonly status: 'unset' | 'error' }
  | {
      readonly kind: 'span-times';
      readonly span: string | 'all';
      readonly startMs: number;
      readonly endMs: number;
      /** In one trace of this many; absent: in all. */
      readonly every?: number;
    }
  | { readonly kind: 'span-ends-first'; readonly span: string }
  /** It ends when it begins. */
  | { readonly kind: 'span-timeless'; readonly span: string }
  /** Besides each correct span of that name, one whose trace id is all zero. */
  | { readonly kind: 'span-invalid'; readonly span: string }
  /** Nothing of a request that is answered with 4xx or 5xx is exported. */
  | { readonly kind: 'refused-lost' }
  /** Its status is 200. */
  | { readonly kind: 'refused-as-good' }
  | { readonly kind: 'service-name'; readonly name: string }
  /** The trace is continued, but the span has no parent. */
  | { readonly kind: 'parent-lost' };

/** In the parents of spans, which are decided when spans begin. */
export type TreeFault =
  /** Its children get its parent as their parent. */
  | { readonly kind: 'span-missing'; readonly span: string }
  | { readonly kind: 'span-under-request'; readonly span: string }
  /** It and its descendants become a separate trace. */
  | { readonly kind: 'span-apart'; readonly span: string }
  /** Nothing is exported of one continued trace in this many. */
  | { readonly kind: 'traces-lost'; readonly every: number }
  /** The spans begin a new trace. */
  | { readonly kind: 'trace-lost' };

/** In which traces are recorded. */
export type SamplingFault =
  | { readonly kind: 'sampling-ratio'; readonly ratio: number }
  | { readonly kind: 'unset-flag-ignored' }
  /** Of the traces whose flag asks for it, only this share (0–1) is recorded. */
  | { readonly kind: 'set-flag-ignored'; readonly share: number };

export type TracesFault =
  | SpanFault
  | TreeFault
  | SamplingFault
  /** An attribute shows this header of the request, `encoded`: in base64, which is percent-encoded. */
  | { readonly kind: 'header-leaked'; readonly header: 'authorization' | 'cookie'; readonly encoded?: true };

export type TracesBreak = FaultBreak<TracesFault>;

export const lies = breakBy<TracesFault>;

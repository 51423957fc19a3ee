/**
 * Owns how the reference target's own telemetry can lie, as data. Refuses to know how a lie is carried out and what it is called.
 */

/** On the exposition as it leaves. */
export type ExpositionFault =
  | { readonly kind: 'metric-missing'; readonly metric: string }
  | { readonly kind: 'metric-renamed'; readonly metric: string; readonly to: string }
  /** null: no TYPE line. */
  | { readonly kind: 'metric-type'; readonly metric: string; readonly type: string | null }
  /** null: the label is gone. */
  | { readonly kind: 'label-renamed'; readonly metric: string; readonly label: string; readonly to: string | null }
  /** null: the bucket is gone. */
  | { readonly kind: 'bound-changed'; readonly metric: string; readonly le: string; readonly to: string | null }
  /** Each count is that of the bound below, but for the last. */
  | { readonly kind: 'buckets-shifted'; readonly metric: string }
  /** Nothing is above that bound; count and sum stay. */
  | { readonly kind: 'buckets-capped'; readonly metric: string; readonly le: string }
  /** One bucket's count is always this. */
  | { readonly kind: 'bucket-fixed'; readonly metric: string; readonly le: string; readonly value: number }
  /** `_sum`, `_count`, `_bucket`, or '' for a metric without. */
  | { readonly kind: 'sample-missing'; readonly metric: string; readonly suffix: string }
  /** Every sample of the metric, or those of one suffix. */
  | { readonly kind: 'value-changed'; readonly metric: string; readonly suffix?: string; readonly by: ValueChange }
  /** Samples of the metric once more, behind themselves or at the end of the exposition. */
  | { readonly kind: 'sample-repeated'; readonly metric: string; readonly at: 'place' | 'end' }
  /** The metric's last sample stands at the end of the exposition instead. */
  | { readonly kind: 'family-torn'; readonly metric: string }
  /** Every sample has a timestamp, so far from the present. */
  | { readonly kind: 'samples-stamped'; readonly laterMs: number }
  | { readonly kind: 'line-added'; readonly line: string }
  /** A gauge with an id in a label, one series for each. */
  | { readonly kind: 'series-unbounded'; readonly metric: string; readonly label: string; readonly count: number }
  /** All counters and histograms begin anew, as when the process was started again. */
  | { readonly kind: 'counts-restart' }
  | {
      readonly kind: 'exposition-instead';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  | { readonly kind: 'content-type'; readonly contentType: string };

/** `resets`: begins anew at the third scrape that finds it moved. `frozen`: stays as it was first read. `highest`: never falls. */
export type ValueChange =
  | { readonly times: number }
  | { readonly plus: number }
  | { readonly always: string }
  | 'frozen'
  | 'highest'
  | 'resets'
  | 'falls-by-one';

/** On what is counted. */
export type CountFault =
  /** Of every so many requests one is not counted, or counted without its duration. */
  | { readonly kind: 'requests-lost'; readonly every: number; readonly from: 'both' | 'histogram' | 'counter' }
  | { readonly kind: 'requests-repeated'; readonly times: number }
  | { readonly kind: 'seconds-times'; readonly of: 'requests' | 'agents' | 'debates'; readonly factor: number }
  /** 5xx answers count as 200. */
  | { readonly kind: 'errors-as-ok' };

/** On spans; `span` is a documented name. */
export type SpanFault =
  /** Its children hang under its parent. */
  | { readonly kind: 'span-missing'; readonly span: string }
  | { readonly kind: 'span-under-request'; readonly span: string }
  | { readonly kind: 'span-renamed'; readonly span: string; readonly to: string }
  | { readonly kind: 'span-attribute-missing'; readonly span: string; readonly attribute: string }
  /** A number becomes a string, everything else a number. */
  | { readonly kind: 'span-attribute-mistyped'; readonly span: string; readonly attribute: string }
  /** The same for every span of that name. */
  | {
      readonly kind: 'span-attribute-instead';
      readonly span: string;
      readonly attribute: string;
      readonly value: string | number;
    }
  /** Its parent's id is one that no span has. */
  | { readonly kind: 'span-orphaned'; readonly span: string }
  /** It and what is under it is a trace of its own. */
  | { readonly kind: 'span-apart'; readonly span: string }
  | { readonly kind: 'span-status'; readonly span: string; readonly status: 'unset' | 'error' }
  | {
      readonly kind: 'span-times';
      readonly span: string | 'all';
      readonly startMs: number;
      readonly endMs: number /** Of one trace in so many; of all when absent. */;
      readonly every?: number;
    }
  | { readonly kind: 'span-ends-first'; readonly span: string }
  /** It ends when it begins. */
  | { readonly kind: 'span-timeless'; readonly span: string }
  /** Besides each right one of that name, one whose trace id is all zero. */
  | { readonly kind: 'span-invalid'; readonly span: string }
  | { readonly kind: 'service-name'; readonly name: string }
  /** Nothing is exported of one trace in so many. */
  | { readonly kind: 'traces-lost'; readonly every: number };

/** On who is recorded. */
export type SamplingFault =
  | { readonly kind: 'sampling-ratio'; readonly ratio: number }
  | { readonly kind: 'unset-flag-ignored' }
  /** This share (0–1) of the traces is recorded whose flag asks for it. */
  | { readonly kind: 'set-flag-ignored'; readonly share: number }
  /** The trace is begun anew in the spans; `parent`: only the parent id is. */
  | { readonly kind: 'context-lost'; readonly what: 'trace' | 'parent' };

/** On log lines. */
export type LogFault =
  /** Such a text besides one line in `every`, first beside line `first`. */
  | { readonly kind: 'line-added-to-log'; readonly text: string; readonly every: number; readonly first: number }
  /** Of every so many lines one. */
  | { readonly kind: 'field-missing'; readonly field: string; readonly every: number }
  | { readonly kind: 'field-instead'; readonly field: string; readonly value: unknown; readonly every: number }
  | { readonly kind: 'field-upper-case'; readonly field: string }
  /** One line in so many is never written. */
  | { readonly kind: 'lines-lost'; readonly every: number }
  | { readonly kind: 'lines-wrapped'; readonly every: number; readonly as: 'list' | 'half' | 'two-in-one' }
  | { readonly kind: 'trace-ids-random' }
  /** `local`: without a zone. `epoch`: seconds since 1970. `frozen`: that of the first line. Or shifted, one line in so many. */
  | { readonly kind: 'timestamps'; readonly as: 'local' | 'epoch' | 'frozen' }
  | { readonly kind: 'timestamps-shifted'; readonly byMs: number; readonly every: number };

/** A request's header comes out where anybody can read it. */
export type LeakFault = {
  readonly kind: 'header-leaked';
  readonly header: 'authorization' | 'cookie';
  readonly into: 'log' | 'metric' | 'span';
};

export type TelemetryFault = ExpositionFault | CountFault | SpanFault | SamplingFault | LogFault | LeakFault;

type Kind = TelemetryFault['kind'];

/** The faults of one kind, in order. */
export function only<K extends Kind>(faults: readonly TelemetryFault[], kind: K) {
  return faults.filter((fault): fault is Extract<TelemetryFault, { kind: K }> => fault.kind === kind);
}

/** Says yes to every n-th call; never when n is undefined. */
export function everyNth(n: number | undefined, first = n ?? 0): () => boolean {
  let calls = 0;
  return () => {
    calls += 1;
    return n !== undefined && calls >= first && (calls - first) % n === 0;
  };
}

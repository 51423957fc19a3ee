/** How the reference target's metrics can lie, as data. Each kind is carried out in one place: index.ts. */
import { breakBy, type FaultBreak } from '../../../target/break.ts';

/** On names, types, labels and bounds of an exposition. */
export type StructureFault =
  | { readonly kind: 'metric-missing'; readonly metric: string }
  | { readonly kind: 'metric-renamed'; readonly metric: string; readonly to: string }
  /** null: no TYPE line. */
  | { readonly kind: 'metric-type'; readonly metric: string; readonly type: string | null }
  /** null: the label is gone. */
  | { readonly kind: 'label-renamed'; readonly metric: string; readonly label: string; readonly to: string | null }
  /** null: the bucket is gone. */
  | { readonly kind: 'bound-changed'; readonly metric: string; readonly le: string; readonly to: string | null }
  /** `_sum`, `_count`, `_bucket`, or '' for a metric without. */
  | { readonly kind: 'sample-missing'; readonly metric: string; readonly suffix: string };

/** On values, scrape after scrape. */
export type ValueFault =
  /** Each count is that of the bound below, but for the last. */
  | { readonly kind: 'buckets-shifted'; readonly metric: string }
  /** Nothing is above that bound; count and sum stay. */
  | { readonly kind: 'buckets-capped'; readonly metric: string; readonly le: string }
  /** One bucket's count is always this. */
  | { readonly kind: 'bucket-fixed'; readonly metric: string; readonly le: string; readonly value: number }
  /** Every sample of the metric, or those of one suffix. */
  | { readonly kind: 'value-changed'; readonly metric: string; readonly suffix?: string; readonly by: ValueChange }
  /** All counters and histograms begin anew, as when the process was started again. */
  | { readonly kind: 'counts-restart' };

/** `resets`: begins anew at the third scrape that finds it moved. `frozen`: stays as it was first read. `highest`: never falls. */
export type ValueChange =
  | { readonly times: number }
  | { readonly plus: number }
  | { readonly always: string }
  | 'frozen'
  | 'highest'
  | 'resets'
  | 'falls-by-one';

/** On whole lines. */
export type LineFault =
  /** Samples of the metric once more, behind themselves or at the end of the exposition. */
  | { readonly kind: 'sample-repeated'; readonly metric: string; readonly at: 'place' | 'end' }
  /** The metric's last sample stands at the end of the exposition instead. */
  | { readonly kind: 'family-torn'; readonly metric: string }
  /** Every sample has a timestamp, so far from the present. */
  | { readonly kind: 'samples-stamped'; readonly laterMs: number }
  | { readonly kind: 'line-added'; readonly line: string }
  /** A gauge with an id in a label, one series for each. */
  | { readonly kind: 'series-unbounded'; readonly metric: string; readonly label: string; readonly count: number };

/** On the whole answer to a scrape. */
export type AnswerFault =
  | {
      readonly kind: 'exposition-instead';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  | { readonly kind: 'content-type'; readonly contentType: string };

/** On what is counted. */
export type CountFault =
  /** Of every so many requests one is not counted, or counted without its duration. */
  | { readonly kind: 'requests-lost'; readonly every: number; readonly from: 'both' | 'histogram' | 'counter' }
  | { readonly kind: 'requests-repeated'; readonly times: number }
  | { readonly kind: 'seconds-times'; readonly of: 'requests' | 'agents' | 'debates'; readonly factor: number }
  /** 5xx answers count as 200. */
  | { readonly kind: 'errors-as-ok' };

export type MetricsFault =
  | StructureFault
  | ValueFault
  | LineFault
  | AnswerFault
  | CountFault
  /** A label shows this header of the last request. */
  | { readonly kind: 'header-leaked'; readonly header: 'authorization' | 'cookie' };

export type MetricsBreak = FaultBreak<MetricsFault>;

export const lies = breakBy<MetricsFault>;

/** How the reference target's metrics can be wrong, as data. index.ts carries out each kind. */
import { breakBy, type FaultBreak } from '../../../target/break.ts';

/** In names, types, labels and bounds of an exposition. */
export type StructureFault =
  | { readonly kind: 'metric-missing'; readonly metric: string }
  | { readonly kind: 'metric-renamed'; readonly metric: string; readonly to: string }
  /** null: no TYPE line. */
  | { readonly kind: 'metric-type'; readonly metric: string; readonly type: string | null }
  /** null: the label is removed. */
  | { readonly kind: 'label-renamed'; readonly metric: string; readonly label: string; readonly to: string | null }
  /** Every series has this value of the label. */
  | { readonly kind: 'label-fixed'; readonly metric: string; readonly label: string; readonly to: string }
  /** null: the bucket is removed. */
  | { readonly kind: 'bound-changed'; readonly metric: string; readonly le: string; readonly to: string | null }
  /** `_sum`, `_count`, `_bucket`, or '' for a metric without a suffix. */
  | { readonly kind: 'sample-missing'; readonly metric: string; readonly suffix: string };

/** In values, scrape after scrape. */
export type ValueFault =
  /** Each bucket has the count of the bound below, except the last. */
  | { readonly kind: 'buckets-shifted'; readonly metric: string }
  /** One bucket's count is always this. */
  | { readonly kind: 'bucket-fixed'; readonly metric: string; readonly le: string; readonly value: number }
  /** Every sample of the metric, or those of one suffix. */
  | { readonly kind: 'value-changed'; readonly metric: string; readonly suffix?: string; readonly by: ValueChange }
  /** The metric also counts what another one shows in the same exposition. */
  | { readonly kind: 'value-added'; readonly metric: string; readonly of: string }
  /** All counters and histograms begin again at 0, as after a restart of the process. */
  | { readonly kind: 'counts-restart' };

/** `times`: what is whole stays so. `eachMore`: so much more at each scrape. `creeping`: the same while it is above its first value. `most`: never more than that, and one less at every second scrape. `later`: so much more from the second scrape at which it is above its first value. `behind`: as it was so many scrapes ago. `resets`: begins again at the third scrape at which it has moved. `frozen`: stays as it was first read. `highest`: never decreases. */
export type ValueChange =
  | { readonly times: number }
  | { readonly plus: number }
  | { readonly always: string }
  | { readonly eachMore: number }
  | { readonly creeping: number }
  | { readonly most: number }
  | { readonly later: number }
  | { readonly behind: number }
  | 'frozen'
  | 'highest'
  | 'resets'
  | 'falls-by-one';

/** In whole lines. */
export type LineFault =
  /** Samples of the metric once more, after themselves or at the end of the exposition. */
  | { readonly kind: 'sample-repeated'; readonly metric: string; readonly at: 'place' | 'end' }
  /** The metric's buckets come in the reverse order. */
  | { readonly kind: 'buckets-reversed'; readonly metric: string }
  /** The metric's last sample is moved to the end of the exposition. */
  | { readonly kind: 'family-torn'; readonly metric: string }
  /** Every sample has a timestamp, this far from the present. */
  /** `frozen`: with the time of the first scrape. */
  | { readonly kind: 'samples-stamped'; readonly laterMs: number; readonly frozen?: boolean }
  | { readonly kind: 'line-added'; readonly line: string }
  /** A gauge with an id in a label, `count` more of them at each scrape. */
  | { readonly kind: 'series-unbounded'; readonly metric: string; readonly label: string; readonly count: number };

/** In the whole answer to a scrape. */
export type AnswerFault =
  | {
      readonly kind: 'exposition-instead';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  | { readonly kind: 'content-type'; readonly contentType: string };

/** In what is counted. */
export type CountFault =
  /** One request of every `every` is not counted, or counted without its duration. */
  | { readonly kind: 'requests-lost'; readonly every: number; readonly from: 'both' | 'histogram' | 'counter' }
  | { readonly kind: 'requests-repeated'; readonly times: number }
  | { readonly kind: 'seconds-times'; readonly of: 'requests' | 'agents' | 'debates'; readonly factor: number }
  /** One request of every `every` is counted a second time, as one that nobody sent. */
  | { readonly kind: 'requests-invented'; readonly every: number }
  /** One in two is timed as 0 s, and the next one (of the same endpoint) for both. */
  | { readonly kind: 'lumped'; readonly of: 'requests' | 'debates' }
  /** Every call of an agent has this status. */
  | { readonly kind: 'calls-as'; readonly status: 'timeout' }
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

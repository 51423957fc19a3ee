/** Makes the values of an exposition wrong, scrape after scrape: buckets, counters, gauges. */
import { unreachable } from '../../../core/error.ts';
import type { ValueChange, ValueFault } from './faults.ts';
import { type Edit, familyOf, leOf, onBucket, onSamples, type Sample, textOf } from './lines.ts';

export function valueEditOf(fault: ValueFault): Edit {
  switch (fault.kind) {
    case 'buckets-shifted':
      return shifted(fault.metric);
    case 'bucket-fixed':
      return onBucket(fault.metric, fault.le, (sample) => ({ ...sample, value: String(fault.value) }));
    case 'value-changed': {
      const change = changer(fault.by);
      return onSamples(fault.metric, (sample, suffix) =>
        fault.suffix === undefined || fault.suffix === suffix ? change(sample) : sample,
      );
    }
    case 'value-added':
      return adding(fault);
    case 'counts-restart':
      return restarting();
    default:
      return unreachable(fault);
  }
}

function adding({ metric, of }: Extract<ValueFault, { kind: 'value-added' }>): Edit {
  return (lines) => {
    const other = lines.find((line): line is Sample => typeof line !== 'string' && line.name === of);
    const more = Number(other?.value ?? 0);
    return onSamples(metric, (sample) => ({ ...sample, value: String(Number(sample.value) + more) }))(lines);
  };
}

function shifted(metric: string): Edit {
  return (lines) => {
    let below = '0';
    return onSamples(metric, (sample, suffix) => {
      if (suffix !== '_bucket') return sample;
      const isLast = leOf(sample) === '+Inf';
      const value = isLast ? sample.value : below;
      below = isLast ? '0' : sample.value;
      return { ...sample, value };
    })(lines);
  };
}

/** A series begins again after it has moved in this many scrapes. */
const SCRAPES_BEFORE_RESET = 3;

const SCRAPES_BEFORE_LATER = 1;

/** What is remembered of a series from scrape to scrape. */
interface Past {
  readonly first: number;
  highest: number;
  /** Scrapes at which it was above `first`. */
  moved: number;
  /** Its value when it began again; 0 before. */
  base: number;
  /** Of each scrape up to this one. */
  readonly values: number[];
}

/** Changes the values of one series; one call for each scrape. */
function changer(by: ValueChange): (sample: Sample) => Sample {
  const pasts = new Map<string, Past>();
  return (sample) => {
    const value = Number(sample.value);
    const key = textOf({ ...sample, value: '' });
    const past = pasts.get(key) ?? { first: value, highest: value, moved: 0, base: 0, values: [] };
    pasts.set(key, past);
    past.values.push(value);
    past.highest = Math.max(past.highest, value);
    if (value > past.first) past.moved += 1;
    return { ...sample, value: changed(by, value, past) };
  };
}

function changed(by: ValueChange, value: number, past: Past): string {
  switch (by) {
    case 'frozen':
      return String(past.first);
    case 'highest':
      return String(past.highest);
    case 'resets':
      if (past.moved === SCRAPES_BEFORE_RESET && past.base === 0) past.base = value;
      return String(value - past.base);
    case 'falls-by-one':
      return String(past.moved === SCRAPES_BEFORE_RESET ? past.first - 1 : value);
    default:
      if ('always' in by) return by.always;
      if ('eachMore' in by) return String(value + by.eachMore * (past.values.length - 1));
      if ('creeping' in by) return String(value > past.first ? value + by.creeping * (past.values.length - 1) : value);
      if ('later' in by)
        return String(value > past.first && past.moved > SCRAPES_BEFORE_LATER ? value + by.later : value);
      if ('most' in by) return String(Math.min(value, by.most - (past.values.length % 2)));
      if ('behind' in by) return String(past.values.at(-1 - by.behind) ?? past.first);
      return String('times' in by ? timesOf(value, by.times) : value + by.plus);
  }
}

function timesOf(value: number, times: number): number {
  return Number.isInteger(value) ? Math.round(value * times) : value * times;
}

/** From the third scrape after the load began, everything that counts begins again. */
function restarting(): Edit {
  let [first, last, moved] = ['', '', 0];
  let bases: ReadonlyMap<string, number> | undefined;
  return (lines) => {
    const counting = new Set(
      lines.flatMap((line) => (/^# TYPE .* (counter|histogram)$/.test(String(line)) ? familyOf(line) : [])),
    );
    const samples = lines.filter((line) => typeof line !== 'string').filter((line) => counting.has(familyOf(line)));
    const text = samples.map(textOf).join('\n');
    if (first === '') first = text;
    if (text !== first) moved += 1;
    const keyOf = (sample: Sample) => textOf({ ...sample, value: '' });
    // Twice, for once may be a deployment.
    if (text !== last && [SCRAPES_BEFORE_RESET, 2 * SCRAPES_BEFORE_RESET].includes(moved))
      bases = new Map(samples.map((one) => [keyOf(one), Number(one.value)]));
    last = text;
    return lines.map((line) => {
      if (typeof line === 'string' || !counting.has(familyOf(line))) return line;
      return { ...line, value: String(Number(line.value) - (bases?.get(keyOf(line)) ?? 0)) };
    });
  };
}

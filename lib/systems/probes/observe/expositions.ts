/** The exposition as Prometheus asks for it, between two for a plain client; and what ids that were asked for did to labels. */
import type { HttpAccess } from '../../../http/access.ts';
import { dialectOf, ExpositionReader } from '../../metrics/observe/exposition.ts';
import type { FamilyType } from '../../metrics/observe/family-types.ts';
import type { ExpositionsSeen, LabelsSeen, Part } from '../observation.ts';
import { type Answer, type Asking, answered, refusalOf } from './asking.ts';

/** What Prometheus 3 sends. */
const PROMETHEUS = {
  accept:
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  'accept-encoding': 'gzip',
  'user-agent': 'Prometheus/3.5.0',
};
const PLAIN = { accept: '*/*' };
const MOST_EXAMPLES = 5;
const SHOWN_CHARS = 200;

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Scraped {
  readonly answer: Answer;
  /** By name and labels; those of `aragora_` alone. Empty when it could not be read. */
  readonly samples: ReadonlyMap<string, Sample>;
  readonly malformed: readonly string[];
  /** By the names of metrics, without the `_total` that OpenMetrics leaves out; only those that are declared. */
  readonly types: ReadonlyMap<string, FamilyType>;
}

export class MetricsReader {
  readonly #asking: Asking;
  readonly #access: HttpAccess;
  readonly #path: string;

  constructor(asking: Asking, access: HttpAccess, path: string) {
    this.#asking = asking;
    this.#access = access;
    this.#path = path;
  }

  plain(): Promise<Scraped> {
    return this.#scrape(PLAIN);
  }

  asPrometheus(): Promise<Scraped> {
    return this.#scrape(PROMETHEUS);
  }

  async #scrape(headers: Readonly<Record<string, string>>): Promise<Scraped> {
    const answer = await this.#asking.ask(this.#path, { ...this.#access, headers });
    if (refusalOf(answer) !== null || 'trouble' in answer)
      return { answer, samples: new Map(), malformed: [], types: new Map() };
    const samples = new Map<string, Sample>();
    const reader = new ExpositionReader(dialectOf(answer.contentType), {
      sample: (_family, line) => {
        const { name, value } = line;
        if (!name.startsWith('aragora_') || name.endsWith('_created')) return;
        const sample = { name, value, labels: line.labels() };
        samples.set(keyOf(sample), sample);
      },
    });
    reader.push(answer.text);
    const { problems, families } = reader.end();
    const malformed = problems.filter(({ kind }) => kind === 'malformed');
    const types = families.flatMap(({ name, type }) =>
      type === null || !name.startsWith('aragora_') ? [] : [[name.replace(/_total$/, ''), type] as const],
    );
    return {
      answer,
      samples,
      malformed: shown(malformed.map(({ text, problem }) => `${problem}: ${text}`)),
      types: new Map(types),
    };
  }
}

/** Bounds are numbers: 0.5 and 5e-1 are the same one. */
function keyOf({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  const pairs = Object.entries(labels).map(([label, value]) => {
    const isBound = label === 'le' || label === 'quantile';
    return `${label}=${JSON.stringify(isBound ? String(Number(value.replace('Inf', 'Infinity'))) : value)}`;
  });
  return `${name}{${pairs.sort().join(',')}}`;
}

/** What only grows, so that a value that was read in between lies between. */
const GROWING = /_(total|count|sum|bucket)$/;

/** @param before and @param after plain, around Prometheus' own: what others do in between lies between them. */
export function compared(before: Scraped, prometheus: Scraped, after: Scraped): ExpositionsSeen {
  const both = [...before.samples].flatMap(([key, { name, value }]) => {
    const last = after.samples.get(key)?.value;
    return last === undefined ? [] : [{ key, name, value, last, asked: prometheus.samples.get(key)?.value }];
  });
  const names = new Set([...prometheus.samples.values()].map(({ name }) => name));
  const isRead = refusalOf(prometheus.answer) === null;
  const lost = isRead ? [...new Set(both.map(({ name }) => name))].filter((name) => !names.has(name)) : [];
  const other = both.flatMap(({ key, name, value, last, asked }) => {
    if (asked === undefined) return names.has(name) ? [`only for a plain client: ${key}`] : [];
    // A restart in between: metrics.restarts reports it.
    const hasRestarted = last < value;
    if (hasRestarted || !GROWING.test(name) || (asked >= value && asked <= last)) return [];
    return [`${key}: ${asked} for Prometheus, ${value === last ? value : `${value} to ${last}`} for a plain client`];
  });
  return {
    plain: answered(refusalOf(before.answer) === null ? after.answer : before.answer),
    prometheus: answered(prometheus.answer),
    compared: both.length,
    malformed: before.malformed.length + after.malformed.length > 0 ? [] : prometheus.malformed,
    lost,
    differing: { count: other.length, examples: shown(other) },
    retyped: isRead ? shown(retyped(after, prometheus)) : [],
    isFresh: isFresh(both),
  };
}

/** A sample of both plain expositions, and what Prometheus got between them. */
interface Around {
  readonly value: number;
  readonly last: number;
  readonly asked: number | undefined;
}

/**
 * Whether Prometheus got what was counted only just before, by most of its samples: a copy has none of it, and another replica behind the same
 * address has other numbers.
 */
function isFresh(both: readonly Around[]): boolean {
  const counted = both.filter(({ last }) => last > 0);
  const between = counted.filter(({ value, last, asked = -1 }) => asked >= value && asked <= last);
  return (
    between.length * 2 >= counted.length && between.some(({ value, last, asked }) => value < last && asked === last)
  );
}

/** The types of OpenMetrics that the text format has no word for; `untyped` says nothing. */
const ALSO_CALLED: Readonly<Partial<Record<FamilyType, readonly string[]>>> = {
  gauge: ['info', 'stateset'],
  histogram: ['gaugehistogram'],
};

function retyped(plain: Scraped, prometheus: Scraped): string[] {
  return [...plain.types].flatMap(([name, type]) => {
    const other = prometheus.types.get(name);
    if (other === undefined || other === type || [type, other].includes('untyped')) return [];
    return ALSO_CALLED[type]?.includes(other) ? [] : [`${name} is a ${other}, for a plain client a ${type}`];
  });
}

/** @param before after some ids were asked for. @param after when one more was. */
export function labelsOf(ids: readonly string[], before: Scraped, after: Scraped): Part<LabelsSeen> {
  if (after.samples.size === 0 || before.samples.size === 0)
    return { lacking: 'no metrics could be read after the load' };
  const withId = [...after.samples.values()].filter(({ labels }) =>
    Object.values(labels).some((value) => ids.some((id) => value.includes(id))),
  );
  const grown = [...after.samples.keys()].filter((key) => !before.samples.has(key));
  return {
    ids: ids.length,
    withId: { count: withId.length, examples: shown(withId.map(keyOf)) },
    grown: { count: grown.length, examples: shown(grown) },
    isNext: isNext(before, after),
    asSuccess: shown(asSuccess(before, after)),
  };
}

/** The request for what does not exist, one by Prometheus, and the first exposition itself; one more may be of a monitor. */
const MOST_BETWEEN = 4;

/** Whether nothing but these can have been counted in between: no copy was kept, and both are of one replica. */
function isNext(before: Scraped, after: Scraped): boolean {
  const growth = [...after.samples].flatMap(([key, { name, value }]) =>
    name.endsWith('_total') ? [{ name, more: value - (before.samples.get(key)?.value ?? 0) }] : [],
  );
  const requests = growth.filter(({ name }) => name.endsWith('requests_total')).map(({ more }) => more);
  return growth.every(({ more }) => more >= 0) && requests.reduce((sum, more) => sum + more, 0) <= MOST_BETWEEN;
}

const OF_DEBATES = /debate/i;

/** One debate that does not exist was asked for in between. */
function asSuccess(before: Scraped, after: Scraped): string[] {
  const counted = [...after.samples].flatMap(([key, { name, labels, value }]) => {
    const { status = '' } = labels;
    const isOfDebates = Object.values(labels).some((label) => OF_DEBATES.test(label));
    const more = value - (before.samples.get(key)?.value ?? 0);
    return name.endsWith('requests_total') && more > 0 ? [{ key, status, isOfDebates, more }] : [];
  });
  if (counted.some(({ status }) => status.startsWith('4'))) return [];
  const good = counted.filter(({ status, isOfDebates }) => isOfDebates && status.startsWith('2'));
  // More than one, and some that were asked for before are counted only now.
  return good.every(({ more }) => more === 1) && good.length === 1 ? good.map(({ key }) => key) : [];
}

function shown(texts: readonly string[]): string[] {
  return texts.slice(0, MOST_EXAMPLES).map((text) => text.slice(0, SHOWN_CHARS));
}

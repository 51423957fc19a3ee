/** The families of an exposition: what TYPE, HELP and UNIT lines declare, and which family a sample belongs to, if it may. */
import type { Dialect } from './line-reader.ts';
import type { SampleLine } from './sample-line.ts';
import { nameEnd, numberOf } from './tokens.ts';

export const FAMILY_TYPES = [
  'counter',
  'gauge',
  'histogram',
  'summary',
  'untyped',
  'info',
  'stateset',
  'gaugehistogram',
] as const;
export type FamilyType = (typeof FAMILY_TYPES)[number];

/** As declared so far; OpenMetrics' type `unknown` becomes `untyped`. */
export interface Family {
  readonly name: string;
  /** null when no TYPE line declares it. */
  type: FamilyType | null;
  help: string | null;
  unit: string | null;
}

/** What a line that begins with `#` says; null for a remark. */
export type Comment =
  | { readonly kind: 'family'; readonly family: Family }
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'end' };

interface Known extends Family {
  sampled: boolean;
  closed: boolean;
}

const PROMETHEUS_TYPES: Readonly<Record<string, FamilyType>> = {
  counter: 'counter',
  gauge: 'gauge',
  summary: 'summary',
  untyped: 'untyped',
  histogram: 'histogram',
  gauge_histogram: 'gaugehistogram',
  gaugehistogram: 'gaugehistogram',
};

const OPENMETRICS_TYPES: Readonly<Record<string, FamilyType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'gaugehistogram',
  stateset: 'stateset',
  info: 'info',
  summary: 'summary',
  unknown: 'untyped',
};

/** The possible ends of a sample's name, after the family's name. */
const OPENMETRICS_SUFFIXES: Readonly<Record<FamilyType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
  stateset: [''],
  info: ['_info'],
  summary: ['', '_count', '_sum', '_created'],
  untyped: [''],
};
const SUFFIX = /_(?:total|created|bucket|count|sum|gcount|gsum|info)$/;
const HELP_ESCAPE = /\\(?![\\n"])/;

export class FamilyRules {
  readonly #dialect: Dialect;
  readonly #byName = new Map<string, Known>();
  #lastName = '';
  #last: Known | undefined;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  families(): Family[] {
    return [...this.#byName.values()].map(({ name, type, help, unit }) => ({ name, type, help, unit }));
  }

  wasClosed(family: Family): boolean {
    return this.#byName.get(family.name)?.closed === true;
  }

  close(family: Family): void {
    const known = this.#byName.get(family.name);
    if (known !== undefined) known.closed = true;
  }

  /** Reads a line that begins with `#`. */
  comment(line: string): Comment | null {
    // A declaration may change which family a name belongs to.
    this.#last = undefined;
    return this.#dialect === 'prometheus' ? this.#prometheusComment(line) : this.#openMetricsComment(line);
  }

  /** The family of a sample's name. A name that nothing declares is its own family. */
  familyOf(name: string): Known {
    if (this.#last !== undefined && name === this.#lastName) return this.#last;
    this.#last = this.#lookUp(name);
    this.#lastName = name;
    return this.#last;
  }

  /** Why a sample may not be in the family that its name leads to; null when it may. */
  misfit(family: Family, line: SampleLine): string | null {
    const known = this.#last?.name === family.name ? this.#last : this.#byName.get(family.name);
    if (known !== undefined) known.sampled = true;
    if (this.#dialect === 'openmetrics') return openMetricsMisfit(family, line);
    if (isHistogram(family)) return boundMisfit(line, 'le', false) ?? negativeCount(family, line);
    return family.type === 'summary' ? boundMisfit(line, 'quantile', false) : null;
  }

  #lookUp(name: string): Known {
    const exact = this.#byName.get(name);
    if (exact !== undefined) return exact;
    const stem = name.replace(SUFFIX, '');
    const family = stem === name ? undefined : this.#byName.get(stem);
    if (family !== undefined && owns(this.#dialect, family, name.slice(stem.length))) return family;
    return this.#create(name);
  }

  #create(name: string): Known {
    const family: Known = { name, type: null, help: null, unit: null, sampled: false, closed: false };
    this.#byName.set(name, family);
    return family;
  }

  #prometheusComment(line: string): Comment | null {
    const [, keyword, rest = ''] = /^#[ \t]*(HELP|TYPE)[ \t]+(.*)$/s.exec(line) ?? [];
    if (keyword === undefined || rest === '') return null;
    const split = splitName(rest);
    if (split === null) return problem('expected a metric name after HELP or TYPE');
    const family = this.#lookUp(split.name);
    if (split.text === '') return { kind: 'family', family };
    return keyword === 'HELP'
      ? declareHelp(family, split.text)
      : this.#declareType(family, split.text, PROMETHEUS_TYPES);
  }

  #openMetricsComment(line: string): Comment | null {
    if (line === '# EOF') return { kind: 'end' };
    const [, keyword, name, text = ''] = /^# (HELP|TYPE|UNIT) ([A-Za-z_:][A-Za-z0-9_:]*) (.*)$/s.exec(line) ?? [];
    if (name === undefined)
      return problem('expected "# TYPE name type", "# HELP name text", "# UNIT name unit" or "# EOF"');
    const family = this.#byName.get(name) ?? this.#create(name);
    if (family.sampled) return problem(`${keyword} of "${name}" comes after its samples`);
    if (keyword === 'HELP') return declareHelp(family, text);
    if (keyword === 'TYPE') return this.#declareType(family, text, OPENMETRICS_TYPES);
    if (family.unit !== null) return problem(`a second UNIT line for "${name}"`);
    if (text !== '' && !name.endsWith(`_${text}`)) return problem(`"${name}" must end in its unit, "_${text}"`);
    family.unit = text;
    return { kind: 'family', family };
  }

  #declareType(family: Known, text: string, types: Readonly<Record<string, FamilyType>>): Comment {
    if (family.type !== null) return problem(`a second TYPE line for "${family.name}"`);
    if (family.sampled) return problem(`TYPE of "${family.name}" comes after its samples`);
    const word = this.#dialect === 'prometheus' ? text.toLowerCase() : text;
    if (!Object.hasOwn(types, word)) {
      return problem(`unknown type ${JSON.stringify(text)}; types: ${Object.keys(types).join(', ')}`);
    }
    family.type = types[word] ?? null;
    return { kind: 'family', family };
  }
}

function problem(text: string): Comment {
  return { kind: 'problem', problem: text };
}

/** A metric's name, plain or quoted, and what follows; null when there is no name. */
function splitName(rest: string): { name: string; text: string } | null {
  const quoted = /^"((?:[^"\\]|\\[\\n"])+)"(?=[ \t]|$)/.exec(rest);
  const end = quoted?.[0].length ?? nameEnd(rest, 0, rest.length);
  if (end === 0 || (end < rest.length && rest[end] !== ' ' && rest[end] !== '\t')) return null;
  return { name: quoted?.[1] ?? rest.slice(0, end), text: rest.slice(end).replace(/^[ \t]+/, '') };
}

function declareHelp(family: Known, text: string): Comment {
  if (family.help !== null) return problem(`a second HELP line for "${family.name}"`);
  if (HELP_ESCAPE.test(text.replaceAll('\\\\', '')))
    return problem('HELP knows the escapes "\\\\", "\\n" and "\\"" only');
  family.help = text.replace(/\\([\\n"])/g, (_, char: string) => (char === 'n' ? '\n' : char));
  return { kind: 'family', family };
}

function owns(dialect: Dialect, family: Family, suffix: string): boolean {
  if (dialect === 'openmetrics') return family.type !== null && OPENMETRICS_SUFFIXES[family.type].includes(suffix);
  const counted = suffix === '_count' || suffix === '_sum';
  if (isHistogram(family)) return counted || suffix === '_bucket';
  return family.type === 'summary' && counted;
}

function isHistogram({ type }: Family): boolean {
  return type === 'histogram' || type === 'gaugehistogram';
}

/** Prometheus accepts a NaN there. */
function negativeCount(family: Family, line: SampleLine): string | null {
  if (!(line.value < 0)) return null;
  const bound = numberOf(line.label('le') ?? 'NaN');
  const isBucket = line.name !== `${family.name}_sum` && !Number.isNaN(bound);
  return isBucket || line.name === `${family.name}_count` ? `what counts can't be ${line.value}` : null;
}

function openMetricsMisfit(family: Family, line: SampleLine): string | null {
  const { type } = family;
  const suffix = line.name.slice(family.name.length);
  if (type === null) return null;
  if (!OPENMETRICS_SUFFIXES[type].includes(suffix)) {
    return `a sample of the ${type} "${family.name}" must end in ${OPENMETRICS_SUFFIXES[type].map((end) => `"${end}"`).join(' or ')}`;
  }
  if (line.exemplar !== null && suffix !== '_total' && suffix !== '_bucket')
    return 'an exemplar belongs to a counter or a bucket';
  if (type === 'stateset' && line.label(family.name) === undefined)
    return `a stateset needs the label "${family.name}"`;
  if (suffix === '_bucket') return boundMisfit(line, 'le', true) ?? negative(line, type === 'histogram');
  if (type === 'summary' && suffix === '') return boundMisfit(line, 'quantile', true);
  if (type === 'info' && line.value !== 1) return 'the value of an info is 1';
  if (type === 'stateset' && line.value !== 0 && line.value !== 1) return 'the value of a state is 0 or 1';
  return negative(line, suffix === '_total' || suffix === '_count');
}

function negative(line: SampleLine, counts: boolean): string | null {
  return counts && !(line.value >= 0) ? `what counts can't be ${line.value}` : null;
}

/** `le` and `quantile` must be numbers; OpenMetrics requires them. */
function boundMisfit(line: SampleLine, label: string, required: boolean): string | null {
  const bound = line.label(label);
  if (bound === undefined) return required ? `label "${label}" is missing` : null;
  return numberOf(bound) === null ? `expected a number in label "${label}", got ${JSON.stringify(bound)}` : null;
}

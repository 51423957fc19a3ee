/** The families of an exposition: what TYPE, HELP and UNIT lines declare, and which family a sample belongs to. */
import { DECLARED_TYPES, type Family, owns } from './family-types.ts';
import type { Dialect } from './line-reader.ts';
import { misfit } from './misfit.ts';
import type { SampleLine } from './sample-line.ts';
import { nameEnd, unescaped } from './tokens.ts';

/** What a line that begins with `#` says; null for a remark. */
export type Comment =
  | { readonly kind: 'family'; readonly family: Family }
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'end' };

interface Known extends Family {
  sampled: boolean;
  closed: boolean;
}

const SUFFIX = /_(?:total|created|bucket|count|sum|gcount|gsum|info)$/;
/** A name of other characters than those of a metric stands in quotes. */
const OPENMETRICS_DECLARED = /^# (HELP|TYPE|UNIT) (?:([A-Za-z_:][A-Za-z0-9_:]*)|"((?:[^"\\]|\\[\\n"])+)") (.*)$/s;
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
    return misfit(this.#dialect, family, line);
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
    return keyword === 'HELP' ? declareHelp(family, split.text) : this.#declareType(family, split.text);
  }

  #openMetricsComment(line: string): Comment | null {
    if (line === '# EOF') return { kind: 'end' };
    const [, keyword, bare, quoted, text = ''] = OPENMETRICS_DECLARED.exec(line) ?? [];
    if (keyword === undefined)
      return problem('expected "# TYPE name type", "# HELP name text", "# UNIT name unit" or "# EOF"');
    const name = bare ?? unescaped(quoted ?? '');
    const family = this.#byName.get(name) ?? this.#create(name);
    if (family.sampled) return problem(`${keyword} of "${name}" comes after its samples`);
    if (keyword === 'HELP') return declareHelp(family, text);
    if (keyword === 'TYPE') return this.#declareType(family, text);
    if (family.unit !== null) return problem(`a second UNIT line for "${name}"`);
    if (text !== '' && !name.endsWith(`_${text}`)) return problem(`"${name}" must end in its unit, "_${text}"`);
    family.unit = text;
    return { kind: 'family', family };
  }

  #declareType(family: Known, text: string): Comment {
    const types = DECLARED_TYPES[this.#dialect];
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
  return {
    name: quoted?.[1] === undefined ? rest.slice(0, end) : unescaped(quoted[1]),
    text: rest.slice(end).replace(/^[ \t]+/, ''),
  };
}

function declareHelp(family: Known, text: string): Comment {
  if (family.help !== null) return problem(`a second HELP line for "${family.name}"`);
  if (HELP_ESCAPE.test(text.replaceAll('\\\\', '')))
    return problem('HELP knows the escapes "\\\\", "\\n" and "\\"" only');
  family.help = text.replace(/\\([\\n"])/g, (_, char: string) => (char === 'n' ? '\n' : char));
  return { kind: 'family', family };
}

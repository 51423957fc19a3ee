/**
 * Replaces the template variables of a dashboard's query by something that parses: `$x`, `${x:fmt}`, `[[x]]`, and Grafana's own `$__…`.
 * https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
 */
import { VARIABLE_MARK } from './matchers.ts';

export interface Substituted {
  readonly query: string;
  /** The names of variables that the dashboard would have to declare. */
  readonly used: readonly string[];
}

const VARIABLE = /\$\{([A-Za-z_]\w*)(?:\.[\w.]+)?(?::[^}]*)?\}|\[\[([A-Za-z_]\w*)(?::[^\]]*)?\]\]|\$([A-Za-z_]\w*)/y;
/** Any does: a range is only compared with the scrape interval, which Grafana's own ones respect. */
const SOME_TIME = '5m';
const IN_NUMBERS = /^__(?:interval|range|rate_interval)_(?:ms|s)$|^__(?:from|to)$/;

/** @param constants variables that always have the same value. */
export function substituted(query: string, constants: ReadonlyMap<string, string> = new Map()): Substituted {
  const used = new Set<string>();
  const place = new Place();
  let result = '';
  let at = 0;
  while (at < query.length) {
    VARIABLE.lastIndex = at;
    const [whole, braced, bracketed, plain] = VARIABLE.exec(query) ?? [];
    const name = braced ?? bracketed ?? plain;
    if (whole === undefined || name === undefined) {
      const character = query[at] ?? '';
      place.pass(character);
      result += character;
      at += 1;
      continue;
    }
    if (!name.startsWith('__')) used.add(name);
    result += constants.get(name) ?? standIn(name, place);
    at += whole.length;
  }
  return { query: result, used: [...used] };
}

function standIn(name: string, place: Place): string {
  if (IN_NUMBERS.test(name)) return '300';
  if (place.isInText) return VARIABLE_MARK + name;
  return name.startsWith('__') || place.isInRange || place.isAfterOffset ? SOME_TIME : VARIABLE_MARK + name;
}

/** Where in a query a reader is: within a text, within `[ ]`, behind `offset`. */
class Place {
  #quote = '';
  #escaped = false;
  #depth = 0;
  #words = '';

  get isInText(): boolean {
    return this.#quote !== '';
  }

  get isInRange(): boolean {
    return this.#depth > 0;
  }

  get isAfterOffset(): boolean {
    return /\boffset\s+-?$/.test(this.#words);
  }

  pass(character: string): void {
    this.#words = (this.#words + character).slice(-10);
    if (this.#quote !== '') {
      if (this.#escaped) this.#escaped = false;
      else if (character === '\\' && this.#quote !== '`') this.#escaped = true;
      else if (character === this.#quote) this.#quote = '';
      return;
    }
    if (character === '"' || character === "'" || character === '`') this.#quote = character;
    else if (character === '[') this.#depth += 1;
    else if (character === ']') this.#depth -= 1;
  }
}

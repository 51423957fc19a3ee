/** A judged rule, panel or file: what reports and other checks take from this room. */
import { once, type Problem, type Verdict, verdictOf } from './problem.ts';

export type ItemKind =
  | 'alert'
  | 'record'
  | 'group'
  | 'configuration'
  | 'panel'
  | 'variable'
  | 'annotation'
  | 'dashboard';

export interface Judged {
  readonly kind: ItemKind;
  readonly file: string;
  /** 0: it was read from no file. */
  readonly line: number;
  readonly name: string;
  /** The group of a rule, the title of a panel's dashboard; '' for none. */
  readonly within: string;
  /** The query as written; absent for what has none. */
  readonly query?: string;
  readonly verdict: Verdict;
  readonly problems: readonly Problem[];
}

export function judged(item: Omit<Judged, 'verdict' | 'problems'>, problems: readonly Problem[]): Judged {
  const all = once(problems);
  return { ...item, verdict: verdictOf(all), problems: all };
}

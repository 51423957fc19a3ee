/** What a drill needs of the stack that it drills. Two have it: the embedded one (embedded/) and a team's own (own/). */
import type { DrilledRule, EntryOf, Intervals } from '../systems/alerts/model/timeline.ts';
import type { ApiAccess, Kept } from './prometheus.ts';

/** What can be done to the server for one alert. */
export interface Fault {
  /** For a person: `5 % of all answers are 500`. */
  readonly what: string;
  /** Until the server counts the first of it, real time, also on a slow machine. */
  readonly effectMs: number;
  /** It stays when the drill ends, so it is stopped whatever happens. */
  readonly outlivesDrill: boolean;
  /** Resolves when it is on: null; or why it could not be done. Throws the signal's reason. */
  start(): Promise<string | null>;
  /** Resolves when the server is healthy again. */
  stop(): Promise<void>;
}

export type Notice = 'yes' | 'no' | 'never';

export type Reach = Pick<EntryOf<'reach'>, 'rule' | 'verdict' | 'reasons'>;

export interface DrilledStack {
  readonly prometheus: ApiAccess;
  readonly alertmanagers: readonly ApiAccess[];
  readonly clockRate: number;
  readonly intervals: Intervals;
  /** That are drilled now, in this order. */
  readonly rules: readonly DrilledRule[];
  /** The next fault waits until the alert before is over: where pages are only counted, those of two alerts can't be distinguished. */
  readonly oneByOne: boolean;
  /** A fault stays until its alert is sent again. */
  readonly repeats: boolean;
  /** null: nobody said how it is provoked. */
  fault(rule: string): Fault | null;
  /** Whether this came to a receiver since then. `never`: it was given up. */
  notice(news: 'fires' | 'over', rule: DrilledRule, sinceMs: number): Notice;
  /** What the static check of rules says; [] when the server's metrics could not be read. */
  reach(signal: AbortSignal): Promise<readonly Reach[]>;
  /** How Prometheus kept its times until now; null when it does not say. */
  kept(signal: AbortSignal): Promise<Kept | null>;
  /** Of the load that was due, the share that was sent. */
  loadShare(): number;
  /** The file of promtool; null where there is none. */
  promtool(): Promise<string | null>;
}

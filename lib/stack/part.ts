/** What a part of the stack is: how it is built and started, what it needs, and what it gives to the server and to a run. */
import type { MakeOptions } from './cache.ts';

/** A server that the stack is started around. Its address is known before it runs. */
export interface Surrounded {
  /** Without a slash at the end. */
  readonly httpUrl: string;
  readonly wsUrl: string;
}

/** What a part may use when it starts. */
export interface Around extends MakeOptions {
  readonly target: Surrounded;
  /** Its own, empty, and deleted when it stops. */
  readonly folder: string;
  /** Where what it says is appended. */
  readonly logFile: string;
  /** undefined: a free one. */
  readonly port: number | undefined;
  /** Parts that run already, by name. */
  readonly running: ReadonlyMap<string, Running>;
  /** What is wrong with the stack, by the names of breaks.ts. */
  readonly breaks: readonly string[];
}

export interface Running {
  readonly url: string;
  /** Of its process; undefined for a part that runs in this one. */
  readonly pid?: number | undefined;
  /** Resolves when it has ended, for whatever reason: how. Absent for a part that runs in this process. */
  readonly exited?: Promise<string>;
  stop(): Promise<void>;
  /** With these the reference target gives to it. */
  readonly targetArgs?: readonly string[];
  /** Options of a run that reads it, by name. */
  readonly values?: Readonly<Record<string, string>>;
  /** Further addresses of it, by what they are for. */
  readonly places?: Readonly<Record<string, string>>;
}

export interface Part {
  readonly name: string;
  /** For a person. */
  readonly title: string;
  /** It takes the place of something that can't be had here: of what. */
  readonly standsInFor?: string;
  /** Names of the parts that have to run before it. */
  readonly needs: readonly string[];
  /** It looks at the server from its start on, so the server has to be there first. */
  readonly watchesServer?: true;
  /** Its requests are among those that the server counts, so a run in which nobody else may ask leaves it out. */
  readonly asksServer?: true;
  /** Makes its programs unless the cache has them. Absent: it has none. */
  readonly build?: (options: MakeOptions) => Promise<unknown>;
  readonly start: (around: Around) => Promise<Running>;
}

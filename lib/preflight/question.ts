/** What is asked of a target before any load: a question, what it is asked of, and what comes of it. */
import type { ContractName } from '../../thresholds/contracts.ts';
import type { HttpTls } from '../http/access.ts';
import type { ReadAtServer } from '../observe/observer.ts';

/** The target, and what the load and the observers will want of it. */
export interface Wanted {
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** null: the team has names of its own, and needs no hint to another contract. */
  readonly contract: ContractName | null;
  readonly subprotocol: string;
  /** The paths that the load requests again and again, besides /api/health. */
  readonly paths: readonly string[];
  /** Those of a debate, with `{id}` in place of its id. */
  readonly debatePaths: readonly string[];
  /** Whether the load opens WebSockets, or only single requests around it do; null: nobody does. */
  readonly socket: 'load' | 'probes' | null;
  /** What observers will read at the server itself: its metrics. */
  readonly reads: readonly ReadAtServer[];
  readonly token: string | undefined;
  readonly tls?: HttpTls | undefined;
  /** For one answer; default 5 s. */
  readonly timeoutMs?: number;
  /** Of the harness: it may name proxies. */
  readonly env: NodeJS.ProcessEnv;
}

/** What a question has found: notes restrict what the run can say, one line each. */
export interface Found {
  readonly notes: readonly string[];
  /** Where WebSockets are, if that is not where they were expected. */
  readonly wsUrl?: string;
  /** The address of each name that the load must not resolve itself. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/** @throws SloError `target-unreachable`, with the cause and what to do, where a load would measure nothing of the server. */
export type Question = (wanted: Wanted, signal: AbortSignal) => Promise<Found>;

export const NOTHING: Found = { notes: [] };
/** For one answer. */
export const TIMEOUT_MS = 5_000;
/** A larger answer is not Aragora's. k6 keeps each answer whole, and at the smoke rate this would be 50 MiB a second. */
export const MAX_BODY_BYTES = 1024 * 1024;

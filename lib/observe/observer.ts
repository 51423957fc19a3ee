/** How evidence of one observed system is had: what its observer is given, and what it has to do. */

import type { Observation } from '../core/observation.ts';
import type { LoadResult, Recording } from '../core/recording.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import type { TraceIds } from '../core/trace-ids.ts';
import type { BackendAccess, HttpAccess, HttpTls } from '../http/access.ts';
import type { SecretFinder } from './secrets.ts';
import type { SentLoad, StartedByScenario } from './sent.ts';

/** What is known of a load once it has ended. */
export interface Measured {
  readonly load: LoadResult;
  readonly recording: Recording;
  readonly started: StartedByScenario;
}

/** What all observers of a run share. */
export interface ObserveContext {
  readonly telemetry: TelemetryPlan;
  /** Where the evidence is: the options that were given, by their names, each checked. No secret is among them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What opens the backends. */
  readonly access: BackendAccess;
  /** Sent to the server as a bearer token. */
  readonly token: string | undefined;
  /** With which the server is reached, where that is not the usual. */
  readonly tls?: HttpTls | undefined;
  /** The harness starts the target itself: the observer says with `targetArgs` where that is to put its telemetry. */
  readonly embedded: boolean;
  readonly traceIds: TraceIds;
  readonly sent: SentLoad;
  /** Finds what the load sent and nobody may show. */
  readonly secrets: SecretFinder;
  /** Ends every waiting: the run was interrupted, or is over. */
  readonly signal: AbortSignal;
}

/** The server, and how its release wants to be asked. */
export interface Asked {
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** The WebSocket subprotocol that a client offers. */
  readonly subprotocol: string;
  /** Whether each created debate comes from a client address of its own. */
  readonly distinctClients: boolean;
  /** The finished debate that the harness has prepared; null when there is none. */
  readonly debateId: string | null;
  /** Whether that had consensus; null where it does not say, absent where nobody asked. */
  readonly consensus?: boolean | null;
}

/** Of an exposition: five times what all series that are stored take. Half a dozen copies of one are in memory while it is read. */
export const MOST_EXPOSITION_BYTES = 16 * 1024 * 1024;

/** An address, and what opens it. */
export interface ReadAtServer {
  readonly url: string;
  readonly access: HttpAccess;
}

export interface Observer {
  /** With these the embedded target gives its telemetry to this observer. */
  readonly targetArgs?: readonly string[];
  /** What the user has to know of it before the load, one line. */
  readonly note?: string;
  /** What `begin` may wait for, for a person; absent when it takes no time. */
  readonly awaited?: string;
  /** What it will read at the server itself, all the time; absent: nothing. */
  reads?(httpUrl: string): ReadAtServer;
  /** Called before any observer begins: a server that is asked here does not count it as part of the load. Throws only the signal's reason. */
  before?(asked: Asked): Promise<void>;
  /** Called right before the load. Throws only the signal's reason. */
  begin?(httpUrl: string): Promise<void>;
  /** Called when the load has ended: everything that could be read, after waiting until its own deadline. Throws only the signal's reason. */
  collect(measured: Measured): Promise<readonly Observation[]>;
  /** Called when every observer has collected: again nothing of it counts as part of the load. Throws only the signal's reason. */
  after?(measured: Measured): Promise<readonly Observation[]>;
  /** Ends whatever still listens. Called when the target has stopped. */
  close?(): Promise<void>;
}

/** An observed system, as far as its evidence is concerned. */
export interface Observed {
  /** Called before the target starts. @throws SloError when something can't be had at all, for example because a port is taken. */
  observe(context: ObserveContext): Promise<Observer>;
}

/** The engines of one load, wherever they run: on this machine or in a cluster. */
import type { EngineRecord } from '../core/engine-protocol.ts';
import type { LoadReason } from '../core/recording.ts';
import type { Segment } from '../core/segment.ts';

export interface EngineRequest {
  /** The arrivals that it sends. */
  readonly segment: Segment;
  readonly onRecord: (record: EngineRecord) => void;
  /** Told how far its clock is ahead of this machine's, ms; not called for an engine with this machine's clock. */
  readonly onClock?: (offsetMs: number) => void;
  /** Aborted, with its LoadReason, once the recording is sufficient. */
  readonly decided: AbortSignal;
  readonly signal: AbortSignal;
}

export interface Engines {
  /** Runs one engine to its end, whichever way it ends. */
  run(request: EngineRequest): Promise<LoadReason>;
  /** Leaves nothing of them. */
  close(): Promise<void>;
}

/**
 * Owns what a run promises itself to look for in the server's telemetry: the documents' signals and where the release keeps them, as data
 * in plan.json, so that judging works offline. Refuses to know how evidence is had and judged.
 */

import type { LogSignals } from '../systems/logs/signals.ts';
import type { MetricContract, MetricSignals } from '../systems/metrics/signals.ts';
import type { SpanContract, SpanMapping } from '../systems/traces/signals.ts';
import type { ChecklistItem } from './checklist.ts';

/** Where a release keeps what is promised. */
export interface TelemetryContract {
  readonly metrics: MetricContract;
  /** null: as documented. */
  readonly spans: SpanMapping | null;
}

export const TELEMETRY_FAMILIES = ['metrics', 'traces', 'logs'] as const;
/** Also the first word of its findings' ids. */
export type TelemetryFamily = (typeof TELEMETRY_FAMILIES)[number];

export interface TelemetryPlan {
  readonly metrics: MetricSignals;
  readonly spans: SpanContract;
  readonly logs: LogSignals;
  readonly contract: TelemetryContract;
  /** The documents' verification checklists. */
  readonly checklist: readonly ChecklistItem[];
  /** Nothing but the load calls the server during it. */
  readonly exclusive: boolean;
  /** One arrival of so many of the HTTP journeys sends no `traceparent`, for the sampling ratio; ≥ 2. */
  readonly untracedEvery: number;
  /** As the profile's: ids of findings, or prefixes ending in `.`, that gate; `all` leaves every finding as it is promised. */
  readonly gates: 'all' | readonly string[];
  /** Nobody said where they are: they are `unavailable`, and do not gate, for they never could pass. */
  readonly unsourced: readonly TelemetryFamily[];
}

/** What a run looks for in the server's telemetry, as data in plan.json, so that judging works offline. */
import type { ChecklistItem } from './checklist.ts';

export interface TelemetryPlan {
  /** By id of the system, in the order in which its findings are shown. */
  readonly systems: Readonly<Record<string, PlannedSystem>>;
  /** The documents' verification checklists. */
  readonly checklist: readonly ChecklistItem[];
  /** Nothing but the load calls the server during it. */
  readonly exclusive: boolean;
  /** One arrival of this many of the HTTP journeys sends no `traceparent`, for the sampling ratio; ≥ 2. */
  readonly untracedEvery: number;
  /** As in the profile: ids of findings that gate, or prefixes ending in `.`; `all` leaves every finding as it is promised. */
  readonly gates: 'all' | readonly string[];
}

export interface PlannedSystem {
  /** What it promises: the system itself wrote this, and reads it again. */
  readonly promises: unknown;
  /**
   * Places where its evidence is read, for example `['direct', 'loki']`. []: nobody said where it is, so it is `unavailable`, and does not
   * gate, because it could never pass. null: a plan of schema version 1 did not record it; then the observed ones count.
   */
  readonly sources: readonly string[] | null;
}

/** The promises of a system that the plan looks at. The caller wrote them. */
export function promisesOf<Promises>({ systems }: TelemetryPlan, id: string): Promises {
  return systems[id]?.promises as Promises;
}

/** Ids of the systems for which nobody named a source. */
export function unsourcedSystems({ systems }: TelemetryPlan): string[] {
  return Object.keys(systems).filter((id) => systems[id]?.sources?.length === 0);
}

/** The telemetry part of a plan of schema version 1: three systems, each under its own key. */
interface TelemetryPlanV1 extends Omit<TelemetryPlan, 'systems'> {
  readonly metrics: unknown;
  readonly spans: unknown;
  readonly logs: unknown;
  readonly contract: { readonly metrics: unknown; readonly spans: unknown };
  readonly unsourced: readonly string[];
}

/** The telemetry part of a plan of schema version 1, as it is written today. */
export function telemetryPlanFromV1(value: unknown): TelemetryPlan {
  const { metrics, spans, logs, contract, unsourced, ...rest } = value as TelemetryPlanV1;
  const system = (id: string, promises: unknown): PlannedSystem => ({
    promises,
    sources: unsourced.includes(id) ? [] : null,
  });
  return {
    systems: {
      metrics: system('metrics', { signals: metrics, contract: contract.metrics }),
      traces: system('traces', { contract: spans, mapping: contract.spans }),
      logs: system('logs', { signals: logs }),
    },
    ...rest,
  };
}

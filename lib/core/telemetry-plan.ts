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
export interface TelemetryPlanV1 extends Omit<TelemetryPlan, 'systems'> {
  readonly metrics: unknown;
  readonly spans: unknown;
  readonly logs: unknown;
  readonly contract: { readonly metrics: unknown; readonly spans: unknown };
  readonly unsourced: readonly string[];
}

/** What is wrong with the telemetry part of a plan of schema version 1, for example `its telemetry has no spans`; null: it can be converted. */
export function damageOfV1(telemetry: unknown): string | null {
  if (!isObject(telemetry)) return 'its telemetry is not an object';
  const { contract, unsourced, checklist, gates } = telemetry;
  const lacking = ['metrics', 'spans', 'logs', 'contract'].find((key) => !isObject(telemetry[key]));
  if (lacking !== undefined) return `its telemetry has no ${lacking}`;
  if (!isObject(contract) || !isObject(contract['metrics'])) return 'its telemetry has no contract of metrics';
  if (contract['spans'] !== null && !isObject(contract['spans'])) return 'its telemetry has no contract of spans';
  if (!isTexts(unsourced)) return 'its telemetry has no list of systems without a source (unsourced)';
  if (!Array.isArray(checklist)) return 'its telemetry has no checklist';
  return gates === 'all' || isTexts(gates) ? null : 'its telemetry does not say which findings gate';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** The telemetry part of an undamaged plan of schema version 1, as it is written today. */
export function telemetryPlanFromV1(telemetry: TelemetryPlanV1): TelemetryPlan {
  const { metrics, spans, logs, contract, unsourced, ...rest } = telemetry;
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

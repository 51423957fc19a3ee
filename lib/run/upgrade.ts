/**
 * Converts the files of older run folders to today's shapes, one version at a time. Pure: parsed JSON in, parsed JSON out. All other code
 * knows only today's shapes.
 */
import { ONLY_GENERATOR } from '../core/generators.ts';
import { READABLE_VERSIONS, SCHEMA_VERSION } from '../core/schema-version.ts';
import { WHOLE } from '../core/segment.ts';
import { damageOfV1, type TelemetryPlanV1, telemetryPlanFromV1 } from '../core/telemetry-plan.ts';
import { ONLY_PHASE } from '../core/timeline.ts';
import { type JourneyV1, journeyFromV1 } from '../journeys/index.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The versioned files that are read again, by their content. */
export type VersionedFile = 'plan' | 'load' | 'findings';

export type Upgraded =
  | { readonly kind: 'ready'; readonly value: Json }
  /** `how`: what is wrong with it, for example `it has no journeys`. */
  | { readonly kind: 'damaged'; readonly how: string }
  | { readonly kind: 'unknown-version' };

interface Step {
  /** Why a file of this version can't be converted to the next one; null: it can. */
  readonly damage: (file: Json) => string | null;
  readonly next: (file: Json) => Json;
}

/** What changed after each version; a file that is not listed did not change. */
const STEPS: Readonly<Record<number, Partial<Record<VersionedFile, Step>>>> = {
  1: {
    plan: { damage: planDamage, next: planFromV1 },
    load: { damage: loadDamage, next: loadFromV1 },
  },
};

/** The file as the present version would have written it. */
export function upgraded(file: VersionedFile, written: Json): Upgraded {
  const version = written['schemaVersion'];
  if (typeof version !== 'number' || !READABLE_VERSIONS.includes(version)) return { kind: 'unknown-version' };
  let value = written;
  for (let from = version; from < SCHEMA_VERSION; from++) {
    const step = STEPS[from]?.[file];
    const how = step?.damage(value) ?? null;
    if (how !== null) return { kind: 'damaged', how };
    value = { ...(step === undefined ? value : step.next(value)), schemaVersion: from + 1 };
  }
  return { kind: 'ready', value };
}

function planDamage({ journeys, telemetry }: Json): string | null {
  if (journeys === undefined) return 'it has no journeys';
  if (!Array.isArray(journeys) || !journeys.every(isNamed)) return 'its journeys are not a list with names';
  return telemetry === undefined ? null : damageOfV1(telemetry);
}

function isNamed(journey: unknown): boolean {
  return typeof Object(journey).name === 'string';
}

function loadDamage({ journeys, engine }: Json): string | null {
  if (journeys === undefined) return 'it has no journeys';
  return engine === undefined ? 'it has no engine' : null;
}

/** A plan was one phase, in which all objectives applied. */
function planFromV1({ journeys, telemetry, ...plan }: Json): Json {
  const described = (journeys as readonly JourneyV1[]).map(journeyFromV1);
  return {
    ...plan,
    phases: [{ name: ONLY_PHASE, journeys: described, faults: [], expects: 'all' }],
    ...(telemetry === undefined ? {} : { telemetry: telemetryPlanFromV1(telemetry as TelemetryPlanV1) }),
  };
}

/** A load had one phase, and one generator on this machine. */
function loadFromV1(load: Json): Json {
  const { journeys, engine, generatorCpuShare, generatorPeakRssBytes, startLatenessUs, ...rest } = load;
  const generator = {
    id: ONLY_GENERATOR,
    segment: WHOLE,
    engine,
    clockOffsetMs: null,
    cpuShare: generatorCpuShare ?? null,
    peakRssBytes: generatorPeakRssBytes ?? null,
    startLatenessUs: startLatenessUs ?? null,
  };
  const lines = Array.isArray(journeys) ? journeys : [];
  return { ...rest, journeys: lines.map((line: Json) => ({ phase: ONLY_PHASE, ...line })), generators: [generator] };
}

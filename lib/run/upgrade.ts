/**
 * Converts the files of older run folders to today's shapes, one version at a time. Pure: parsed JSON in, parsed JSON out. All other code
 * knows only today's shapes.
 */
import { ONLY_GENERATOR } from '../core/generators.ts';
import { READABLE_VERSIONS, SCHEMA_VERSION } from '../core/schema-version.ts';
import { WHOLE } from '../core/segment.ts';
import { telemetryPlanFromV1 } from '../core/telemetry-plan.ts';
import { ONLY_PHASE } from '../core/timeline.ts';
import { type JourneyV1, journeyFromV1 } from '../journeys/index.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The versioned files that are read again, by their content. */
export type VersionedFile = 'plan' | 'load' | 'findings';

export type Upgraded =
  | { readonly kind: 'ready'; readonly value: Json }
  | { readonly kind: 'lacks'; readonly keys: readonly string[] }
  | { readonly kind: 'unknown-version' };

interface Step {
  /** Keys that a file of this version must have to be converted to the next one. */
  readonly keys: readonly string[];
  readonly next: (file: Json) => Json;
}

/** What changed after each version; a file that is not listed did not change. */
const STEPS: Readonly<Record<number, Partial<Record<VersionedFile, Step>>>> = {
  1: {
    plan: { keys: ['journeys'], next: planFromV1 },
    load: { keys: ['journeys', 'engine'], next: loadFromV1 },
  },
};

/** The file as the present version would have written it. */
export function upgraded(file: VersionedFile, written: Json): Upgraded {
  const version = written['schemaVersion'];
  if (typeof version !== 'number' || !READABLE_VERSIONS.includes(version)) return { kind: 'unknown-version' };
  let value = written;
  for (let from = version; from < SCHEMA_VERSION; from++) {
    const step = STEPS[from]?.[file];
    const lacking = step?.keys.filter((key) => value[key] === undefined) ?? [];
    if (lacking.length > 0) return { kind: 'lacks', keys: lacking };
    value = { ...(step === undefined ? value : step.next(value)), schemaVersion: from + 1 };
  }
  return { kind: 'ready', value };
}

/** A plan was one phase, in which all objectives applied. */
function planFromV1({ journeys, telemetry, ...plan }: Json): Json {
  const described = (journeys as readonly JourneyV1[]).map(journeyFromV1);
  return {
    ...plan,
    phases: [{ name: ONLY_PHASE, journeys: described, faults: [], expects: 'all' }],
    ...(telemetry === undefined ? {} : { telemetry: telemetryPlanFromV1(telemetry) }),
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

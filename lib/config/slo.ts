/**
 * A user's own objectives: reads a subset of OpenSLO v1 (github.com/OpenSLO/OpenSLO, kind SLO). What a load test can't respect is refused by
 * name. What says the same without it (a time window, how a ratio is counted) is taken.
 */
import { z } from 'zod';
import type { Profile } from '../../thresholds/profiles.ts';
import { documentedObjectives } from '../../thresholds/slos.ts';
import { type Endpoint, endpointsOf } from '../core/endpoint.ts';
import type { Objective } from '../core/plan.ts';
import type { Source } from '../core/source.ts';
import { JOURNEYS } from '../journeys/index.ts';
import { type Kind, path } from '../options/kinds.ts';
import { checkConfig, jsonSchemaOf, readDocuments } from './check.ts';

const TARGET = 'a share between 0 and 1, both excluded';
const target = z.number({ error: TARGET }).gt(0, { error: TARGET }).lt(1, { error: TARGET });
const MS = 'a number of ms, > 0 and ≤ 120,000';
const SOURCE_TYPE = z.literal('aragora-slo', { error: '"aragora-slo" (no other source is known)' });
const labels = z.record(z.string(), z.unknown()).optional();

const metadata = z.strictObject({
  name: z
    .string({ error: 'a name' })
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, { error: 'a lower-case name of letters, digits, "-" and "."' })
    .refine((name) => name.split('.')[0] !== 'load', {
      error: 'a name other than "load": findings of the load itself are called so',
    }),
  displayName: z.string().optional(),
  labels,
  annotations: labels,
});

/** What can be promised of the journeys that are registered at this moment: endpoints whose samples are latencies. */
function indicatorSchema() {
  const timed = endpointsOf(JOURNEYS).flatMap(({ name, samples }) => (samples === 'latency' ? [name] : []));
  const endpoint = z.enum(timed, { error: `one of ${timed.join(', ')}` });
  /** Good answers over all answers, of one or more endpoints pooled. */
  const endpoints = z
    .array(endpoint, { error: 'a list of endpoints' })
    .min(1, { error: 'a list of at least one endpoint' })
    .refine((names) => new Set(names).size === names.length, { error: 'a list that names no endpoint twice' });
  const source = <Spec extends z.ZodType>(spec: Spec) =>
    z.strictObject({ metricSource: z.strictObject({ type: SOURCE_TYPE, spec }) });
  const answers = source(z.strictObject({ endpoints }));
  const ratio = z.strictObject({
    /** Whether the metrics only ever grow. The answers of a load are counted one by one. */
    counter: z.boolean({ error: 'true or false' }).optional(),
    good: answers,
    total: answers.optional(),
  });
  const namesOf = ({ metricSource }: z.infer<typeof answers>) => [...metricSource.spec.endpoints].sort().join(', ');
  return z
    .strictObject({
      /** A latency in ms of one endpoint. */
      thresholdMetric: source(z.strictObject({ endpoint })).optional(),
      ratioMetric: ratio
        .refine(({ good, total = good }) => namesOf(good) === namesOf(total), {
          error: 'a ratio whose total names the same endpoints as good',
        })
        .optional(),
    })
    .refine((spec) => (spec.thresholdMetric === undefined) !== (spec.ratioMetric === undefined), {
      error: 'an indicator with either thresholdMetric or ratioMetric',
    });
}

const PERIOD = 'a duration such as 28d, 4w, 1M or 12h';
/** A run is judged as a whole, whatever the window. */
const timeWindow = z
  .array(
    z.strictObject({
      duration: z.string({ error: PERIOD }).regex(/^[1-9]\d*[mhdwMQY]$/, { error: PERIOD }),
      isRolling: z.boolean({ error: 'true or false' }).optional(),
      calendar: z.record(z.string(), z.unknown()).optional(),
    }),
    { error: 'a list with one time window' },
  )
  .length(1, { error: 'a list with one time window' });

const objective = z.strictObject({
  displayName: z.string().optional(),
  op: z.literal('lte', { error: '"lte" (a latency is at most its limit)' }).optional(),
  value: z.number({ error: MS }).gt(0, { error: MS }).max(120_000, { error: MS }).optional(),
  target,
});

function sloSchema() {
  return z
    .strictObject(
      {
        apiVersion: z.literal('openslo/v1', { error: '"openslo/v1"' }),
        kind: z.literal('SLO', { error: '"SLO"' }),
        metadata,
        spec: z.strictObject({
          description: z.string().optional(),
          service: z.string({ error: 'the name of the service' }),
          indicator: z.strictObject({ metadata: metadata.optional(), spec: indicatorSchema() }),
          timeWindow: timeWindow.optional(),
          budgetingMethod: z.literal('Occurrences', { error: '"Occurrences" (time slices are not judged)' }).optional(),
          objectives: z
            .array(objective, { error: 'a list of objectives' })
            .min(1, { error: 'a list of at least one objective' }),
        }),
      },
      {
        error: (issue) =>
          issue.code === 'unrecognized_keys' ? undefined : 'an SLO with apiVersion, kind, metadata and spec',
      },
    )
    .superRefine(({ spec }, context) => {
      const latency = spec.indicator.spec.thresholdMetric !== undefined;
      for (const [index, { value }] of spec.objectives.entries()) {
        if (latency === (value !== undefined)) continue;
        const path = ['spec', 'objectives', index, 'value'];
        context.addIssue({ code: 'custom', path, input: value, message: latency ? MS : 'absent for a ratioMetric' });
      }
    });
}

function slosSchema() {
  return z
    .array(sloSchema())
    .min(1, { error: 'a list of at least one SLO' })
    .refine((slos) => new Set(slos.map(({ metadata: { name } }) => name)).size === slos.length, {
      error: 'SLOs of which no two have the same metadata.name',
    });
}

/** The path of an SLO file, or SLOs written into the config file. */
export const objectivesKind: Kind<string | readonly Objective[]> = {
  expected: 'the path of an SLO file, an SLO, or a list of them',
  fromText: (text) => text,
  accept: (value, place) => {
    if (typeof value === 'string') return path.accept(value, place);
    if (typeof value !== 'object' || value === null || place.file === undefined) return undefined;
    return objectivesOf(place.file, value, ['slo']);
  },
  get schema() {
    const schema = jsonSchemaOf(sloSchema());
    return { anyOf: [path.schema, schema, { type: 'array', items: schema }] };
  },
  type: 'string | ConfigSlo | ConfigSlo[]',
};

/**
 * Those of a file, or as they are; the documented ones when absent. Besides, those of the journeys that the profile describes.
 * @throws SloError `config-invalid` naming the value, what was expected and what came.
 */
export function loadObjectives(
  slo: string | readonly Objective[] | undefined,
  { own = [] }: Pick<Profile, 'own'> = {},
): readonly Objective[] {
  const given =
    typeof slo === 'string' ? loadBudgets(slo).map(({ objective }) => objective) : (slo ?? documentedObjectives());
  // A baseline that was recorded with the profile has them already.
  const further = own.flatMap(({ objectives }) => objectives);
  return [...given, ...further.filter(({ id }) => !given.some((one) => one.id === id))];
}

/** An objective, and for how long its error budget has to last. */
export interface Budget {
  readonly objective: Objective;
  /** As OpenSLO writes it, `28d`; absent where nobody says it. A run is judged as a whole, so it does not ask. */
  readonly period?: string;
}

/** The same of a file, with the time windows that it names. @throws SloError `config-invalid`. */
export function loadBudgets(file: string | undefined): readonly Budget[] {
  if (file === undefined) return documentedObjectives().map((objective) => ({ objective }));
  const documents = readDocuments(file);
  return budgetsOf(file, documents.length > 1 ? documents : (documents[0] ?? null));
}

/**
 * The objectives of one SLO, or of a list of them.
 * @param at where they are in `document`.
 * @throws SloError `config-invalid`.
 */
export function objectivesOf(document: string, value: unknown, at: readonly string[] = []): Objective[] {
  return budgetsOf(document, value, at).map(({ objective }) => objective);
}

function budgetsOf(document: string, value: unknown, at: readonly string[] = []): Budget[] {
  const slos = Array.isArray(value)
    ? checkConfig(document, value, slosSchema(), at)
    : [checkConfig(document, value, sloSchema(), at)];
  return slos.flatMap((slo) => {
    const period = slo.spec.timeWindow?.[0]?.duration;
    return slo.spec.objectives.map((row, index): Budget => {
      const objective = objectiveOf({ document, slo, row, id: `${slo.metadata.name}.${index + 1}` });
      return { objective, ...(period !== undefined && { period }) };
    });
  });
}

interface Row {
  readonly document: string;
  readonly slo: z.infer<ReturnType<typeof sloSchema>>;
  readonly row: z.infer<typeof objective>;
  readonly id: string;
}

function objectiveOf({ document, slo: { metadata, spec }, row, id }: Row): Objective {
  const source: Source = { document, section: metadata.name };
  const { thresholdMetric, ratioMetric } = spec.indicator.spec;
  const subject = row.displayName ?? metadata.displayName ?? metadata.name;
  const common = { id, subject, gating: true, source };
  if (thresholdMetric === undefined || row.value === undefined) {
    const endpoints: readonly Endpoint[] = ratioMetric?.good.metricSource.spec.endpoints ?? [];
    return { kind: 'availability', ...common, endpoints, target: row.target };
  }
  // 0.95 × 100 is 95 in decimal, and almost so in binary.
  const percentile = Number((row.target * 100).toPrecision(12));
  return {
    kind: 'latency',
    ...common,
    endpoint: thresholdMetric.metricSource.spec.endpoint,
    percentile,
    limitMs: row.value,
  };
}

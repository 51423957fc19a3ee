/** The phases of a profile, as people write them. */
import { z } from 'zod';
import type { PhaseSpec, Profile } from '../../thresholds/profiles.ts';
import { type Endpoint, endpointsOf, type JourneyEndpoint } from '../core/endpoint.ts';
import { SloError } from '../core/error.ts';
import { mostOf } from '../core/extent.ts';
import type { JourneyDescriptor } from '../core/journey.ts';
import { legalValues } from '../core/nearest.ts';
import type { Objective } from '../core/plan.ts';
import { objectError } from './check.ts';
import { faultsOf } from './faults.ts';

const NAME = 'a name of lower-case letters, digits and "-", 32 at most';
const SECONDS = 'a whole number of seconds, 1 to 86,400';
const RECOVERS = 'a whole number of seconds, 1 to 3,600';
const MS = 'a number of ms, > 0 and ≤ 120,000';
const TARGET = 'a share between 0 and 1, both excluded';
const PERCENTILE = 'a number between 0 and 100, both excluded';
const FAULT = 'the name of a fault, the path of a file, or a fault with its kind';
const EXPECTED = 'the id of an objective, or an object with endpoint, percentile and limitMs, or with availability';

const whole = (error: string, most: number) =>
  z.number({ error }).int({ error }).min(1, { error }).max(most, { error });
const share = z.number({ error: TARGET }).gt(0, { error: TARGET }).lt(1, { error: TARGET });
const limitMs = z.number({ error: MS }).gt(0, { error: MS }).max(120_000, { error: MS });

const fault = z.union([z.string(), z.looseObject({ kind: z.string() })], { error: FAULT });
const expected = z.union(
  [
    z.string(),
    z.strictObject({
      endpoint: z.string(),
      percentile: z.number().gt(0, { error: PERCENTILE }).lt(100, { error: PERCENTILE }),
      limitMs,
    }),
    z.strictObject({ availability: share, endpoints: z.array(z.string()).min(1).optional() }),
  ],
  { error: EXPECTED },
);

/** @param journeys the schema of the journeys of a profile. */
export function phaseFiles<Journeys extends z.ZodType>(journeys: Journeys) {
  const phase = z.strictObject(
    {
      name: z.string({ error: NAME }).regex(/^[a-z][a-z0-9-]{0,31}$/, { error: NAME }),
      journeys: journeys.optional(),
      durationSec: whole(SECONDS, 86_400).optional(),
      faults: z.union([z.string(), z.array(fault)], { error: `${FAULT}, or a list of them` }).default([]),
      expects: z.union([z.literal('all'), z.array(expected)], { error: '"all" or a list' }).default('all'),
      recoverWithinSec: whole(RECOVERS, 3600).optional(),
      failFastMs: limitMs.optional(),
    },
    { error: objectError('with name') },
  );
  return z
    .array(phase, { error: 'a list of phases' })
    .min(2, { error: 'a list of at least two phases' })
    .refine((phases) => new Set(phases.map(({ name }) => name)).size === phases.length, {
      error: 'a list in which no two phases have the same name',
    });
}

interface PhaseFile {
  readonly name: string;
  readonly journeys?: unknown;
  readonly durationSec?: number | undefined;
  readonly faults: string | readonly unknown[];
  readonly expects: 'all' | readonly z.infer<typeof expected>[];
  readonly recoverWithinSec?: number | undefined;
  readonly failFastMs?: number | undefined;
}

interface Place {
  readonly document: string;
  /** Of the profile in the document. */
  readonly at: readonly string[];
  /** The journeys that the profile may name. */
  readonly known: readonly JourneyDescriptor[];
}

/** Those that are named; the schema has checked them. */
export function journeysIn(written: unknown): Profile['journeys'] {
  const specs = Object.entries(Object(written) as Partial<Profile['journeys']>);
  return Object.fromEntries(specs.flatMap(([name, spec]) => (spec === undefined ? [] : [[name, spec]])));
}

/** @param usual the journeys of the profile. @throws SloError `config-invalid`. */
export function phasesIn(phases: readonly PhaseFile[], usual: Profile['journeys'], place: Place): PhaseSpec[] {
  return phases.map((phase, index) => {
    const at = [...place.at, 'phases', String(index)];
    const own = phase.journeys === undefined ? undefined : journeysIn(phase.journeys);
    const { name, durationSec, recoverWithinSec, failFastMs } = phase;
    checkLength(phase, own ?? usual, { ...place, at });
    const list = typeof phase.faults === 'string' ? [phase.faults] : phase.faults;
    const asked = phase.expects === 'all' ? [] : phase.expects;
    const where = { ...place, at: [...at, 'expects'], phase: name, asked: endpointsIn(own ?? usual, place.known) };
    return {
      name,
      faults: faultsOf(place.document, list, [...at, 'faults']),
      expects: phase.expects === 'all' ? 'all' : asked.filter((one) => typeof one === 'string'),
      objectives: asked.flatMap((one) => (typeof one === 'string' ? [] : [objectiveOf(one, where)])),
      ...(own !== undefined && { journeys: own }),
      ...(durationSec !== undefined && { durationSec }),
      ...(recoverWithinSec !== undefined && { recoverWithinSec }),
      ...(failFastMs !== undefined && { failFastMs }),
    };
  });
}

/** At least so long the objectives are judged after the recovery. */
const AFTERWARDS_SEC = 5;

function checkLength({ durationSec, recoverWithinSec = 0 }: PhaseFile, load: Profile['journeys'], place: Place): void {
  const where = `${place.document}: "${place.at.join('.')}"`;
  const specs = Object.values(load);
  if (specs.length === 0) throw new SloError('config-invalid', `${where} has no journey`);
  const stepped = specs.some((spec) => 'steps' in spec && spec.steps.length > 1);
  if (durationSec !== undefined && stepped) {
    const message = `${where} has "durationSec", and a journey of several steps`;
    throw new SloError('config-invalid', message, { hint: 'leave it out: the steps say how long they last' });
  }
  const lengths = specs.map((spec) =>
    'steps' in spec ? spec.steps.reduce((sum, step) => sum + step.durationSec, 0) : spec.durationSec,
  );
  const lastsSec = durationSec ?? mostOf(lengths);
  if (recoverWithinSec > 0 && lastsSec < recoverWithinSec + AFTERWARDS_SEC) {
    const message = `${where} lasts ${lastsSec} s, and has to recover within ${recoverWithinSec} s`;
    throw new SloError('config-invalid', message, {
      hint: `let it last ${recoverWithinSec + AFTERWARDS_SEC} s at least`,
    });
  }
}

function endpointsIn(journeys: Profile['journeys'], known: readonly JourneyDescriptor[]): JourneyEndpoint[] {
  return endpointsOf(known.filter(({ name }) => journeys[name] !== undefined));
}

interface Where extends Place {
  readonly phase: string;
  /** The endpoints that the phase asks. */
  readonly asked: readonly JourneyEndpoint[];
}

function objectiveOf(written: Exclude<z.infer<typeof expected>, string>, where: Where): Objective {
  const { document, phase, asked } = where;
  const frame = { gating: true, source: { document, section: `phases: ${phase}` } };
  if ('availability' in written) {
    const http = asked.filter((endpoint) => endpoint.http !== undefined).map(({ name }) => name);
    const endpoints = (written.endpoints ?? http).map((name) => known(name, where));
    const words = { id: `${phase}.availability`, subject: 'API availability' };
    return { kind: 'availability', ...words, ...frame, endpoints, target: written.availability };
  }
  const { endpoint, percentile, limitMs } = written;
  const words = { id: `${phase}.${endpoint}.p${percentile}`, subject: `${endpoint} p${percentile}` };
  return { kind: 'latency', ...words, ...frame, endpoint: known(endpoint, where), percentile, limitMs };
}

function known(name: string, { document, at, asked }: Where): Endpoint {
  const timed = asked.filter(({ samples }) => samples === 'latency').map((endpoint) => endpoint.name);
  if (timed.includes(name)) return name;
  const message = `${document}: "${at.join('.')}" names the endpoint "${name}", which no journey of the phase asks`;
  throw new SloError('config-invalid', message, { hint: legalValues(name, timed) });
}

/** Finds a profile: a built-in one by name, or one that a user wrote. */
import { z } from 'zod';
import { PROFILES, type Profile, type ProfileName } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import { JOURNEYS } from '../journeys/index.ts';
import type { Kind } from '../options/kinds.ts';
import { SYSTEMS } from '../systems/index.ts';
import { checkConfig, jsonSchemaOf, objectError, readDocument } from './check.ts';
import { journeysIn, phaseFiles, phasesIn } from './phases.ts';

const RATE = 'a number of arrivals per second, > 0 and ≤ 100,000, of at most two decimals';
const SECONDS = 'a whole number of seconds, 1 to 86,400';

const ratePerSec = z
  .number({ error: RATE })
  .gt(0, { error: RATE })
  .max(100_000, { error: RATE })
  // The engine takes whole arrivals in a hundred seconds.
  .refine((rate) => Math.abs(rate * 100 - Math.round(rate * 100)) < 1e-6 && Math.round(rate * 100) > 0, {
    error: RATE,
  });
const durationSec = z
  .number({ error: SECONDS })
  .int({ error: SECONDS })
  .min(1, { error: SECONDS })
  .max(86_400, { error: SECONDS });
const step = z.strictObject({ ratePerSec, durationSec }, { error: objectError('with ratePerSec and durationSec') });
const journey = z
  .strictObject(
    {
      ratePerSec: ratePerSec.optional(),
      durationSec: durationSec.optional(),
      steps: z.array(step, { error: 'a list of steps' }).min(1, { error: 'a list of at least one step' }).optional(),
    },
    { error: objectError('with ratePerSec and durationSec, or steps') },
  )
  .refine((spec) => (spec.steps === undefined) === (spec.ratePerSec !== undefined && spec.durationSec !== undefined), {
    error: 'either ratePerSec and durationSec, or steps',
  })
  .transform((spec) => ({
    steps: spec.steps ?? [{ ratePerSec: spec.ratePerSec ?? 0, durationSec: spec.durationSec ?? 0 }],
  }));

/** It becomes part of the run folder's name. */
const NAME = 'a name of letters, digits, "-", "_" and ".", 64 at most';
const SOCKETS = 'a whole number of sockets, 1 to 10,000';
const PING = 'a number of seconds, 0.1 to 60';
const sockets = z.strictObject(
  {
    sockets: z
      .number({ error: SOCKETS })
      .int({ error: SOCKETS })
      .min(1, { error: SOCKETS })
      .max(10_000, { error: SOCKETS }),
    durationSec,
    pingEverySec: z.number({ error: PING }).min(0.1, { error: PING }).max(60, { error: PING }).default(1),
  },
  { error: objectError('with sockets and durationSec') },
);

const EARLY = 'a whole number of seconds, 20 to 86,400';

/** Of the journeys that are registered at this moment. */
function profileFile() {
  const specs = JOURNEYS.map(({ name, kind }) => [name, SPECS[kind].optional()] as const);
  const loads = z.strictObject(Object.fromEntries(specs), { error: objectError('of journeys') });
  return z.strictObject(
    {
      name: z.string({ error: NAME }).regex(/^[\w][\w.-]{0,63}$/, { error: NAME }),
      description: z.string({ error: 'a text' }).default(''),
      journeys: loads.default({}),
      gates: z
        .union(
          [z.literal('all'), z.array(z.string()).min(1, { error: 'a list that names at least one gate, or "all"' })],
          {
            error: '"all" or a list of objective ids (or prefixes ending in ".")',
          },
        )
        .default('all'),
      early: z
        .strictObject(
          {
            afterSec: z
              .number({ error: EARLY })
              .int({ error: EARLY })
              .min(20, { error: EARLY })
              .max(86_400, { error: EARLY }),
          },
          { error: objectError('with afterSec') },
        )
        .optional(),
      phases: phaseFiles(loads).optional(),
    },
    { error: objectError('with name and journeys') },
  );
}

/** How much there is of a journey, by its kind. */
const SPECS = { arrivals: journey, sockets } as const;

const NAMES = Object.keys(PROFILES);
const isName = (text: string): text is ProfileName => NAMES.includes(text);
/** A name with a slash is a path, whatever its end. */
const asPath = (text: string): string => (isProfilePath(text) ? text : `./${text}`);

/** By name, as the path of a file, or written into the config file. */
export const profileKind: Kind<string | Profile> = {
  expected: 'the name of a profile, the path of a file, or an object with name and journeys',
  fromText: (text) => text,
  accept: (value, place) => {
    if (typeof value === 'string') {
      if (isProfilePath(value)) return asPath(place.path(value));
      return isName(value) ? value : undefined;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value) || place.file === undefined)
      return undefined;
    return profileOf(place.file, value, ['profile']);
  },
  hint: (value) => (typeof value === 'string' ? `${legalValues(value, NAMES)}, or the path of a YAML file` : undefined),
  get schema() {
    return { anyOf: [{ enum: NAMES }, { type: 'string', pattern: PATH.source }, jsonSchemaOf(profileFile())] };
  },
  type: 'string | ConfigProfile',
};

/**
 * The profile of that name or file, or as it is. `check` gates every system that is known, also one that was added, and what answers say. @throws SloError `config-invalid` for an
 * invalid file.
 */
export function loadProfile(named: string | Profile): Profile {
  if (typeof named !== 'string') return named;
  if (named === PROFILES.check.name)
    return { ...PROFILES.check, gates: [...SYSTEMS.map(({ id }) => `${id}.`), 'content.'] };
  if (isName(named)) return PROFILES[named];
  return profileOf(named, readDocument(named));
}

const PATH = /[/\\]|\.(ya?ml|json)$/;

/** Whether it is the path of a profile's file, and not the name of a built-in one. */
function isProfilePath(nameOrPath: string): boolean {
  return PATH.test(nameOrPath);
}

/**
 * A profile as people write it.
 * @param at where it is in `document`.
 * @throws SloError `config-invalid`.
 */
export function profileOf(document: string, value: unknown, at: readonly string[] = []): Profile {
  const profile = checkConfig(document, value, profileFile(), at);
  const journeys = journeysIn(profile.journeys);
  const { early, phases, ...rest } = profile;
  if (Object.keys(journeys).length === 0 && phases?.every((phase) => phase.journeys !== undefined) !== true)
    throw new SloError('config-invalid', `${document}: "${[...at, 'journeys'].join('.')}" names no journey`);
  if (phases !== undefined && early !== undefined)
    throw new SloError('config-invalid', `${document}: "early" and "phases" exclude each other`, {
      hint: 'every phase says something different, so all of them must run',
    });
  if (phases !== undefined) return { ...rest, journeys, phases: phasesIn(phases, journeys, { document, at }) };
  if (early === undefined) return { ...rest, journeys };
  if (Object.values(profile.journeys).some((spec) => spec !== undefined && 'steps' in spec && spec.steps.length > 1)) {
    throw new SloError(
      'config-invalid',
      `${document}: "${[...at, 'early'].join('.')}" needs journeys of a single step each`,
      { hint: 'every step says something different, so all of them must run' },
    );
  }
  return { ...rest, journeys, early };
}

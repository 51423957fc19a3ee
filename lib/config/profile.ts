/** Finds a profile: a built-in one by name, or one that a user wrote. */
import { z } from 'zod';
import { type OwnJourney, PROFILES, type Profile, type ProfileName } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import type { JourneyDescriptor } from '../core/journey.ts';
import { legalValues } from '../core/nearest.ts';
import { JOURNEYS } from '../journeys/index.ts';
import type { Kind } from '../options/kinds.ts';
import { SYSTEMS } from '../systems/index.ts';
import { checkConfig, jsonSchemaOf, objectError, readDocument } from './check.ts';
import { LOADS } from './loads.ts';
import { describedJourneys, loadsIn } from './own-profile.ts';
import { ownFile } from './own-schema.ts';
import { journeysIn, phaseFiles, phasesIn } from './phases.ts';

/** It becomes part of the run folder's name. */
const NAME = 'a name of letters, digits, "-", "_" and ".", 64 at most';
const EARLY = 'a whole number of seconds, 20 to 86,400';

/** @param known those that it may name. @param further the schema of any other; absent: there may be none. */
function profileFile(known: readonly Pick<JourneyDescriptor, 'name' | 'kind'>[], further?: z.ZodType) {
  const specs = known.map(({ name, kind }) => [name, LOADS[kind].optional()] as const);
  const loads = journeysFile(Object.fromEntries(specs), further);
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

function journeysFile(specs: Readonly<Record<string, z.ZodType>>, further: z.ZodType | undefined) {
  const loads = z.strictObject(specs, { error: objectError('of journeys') });
  return further === undefined ? loads : loads.catchall(further);
}

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
    return {
      anyOf: [{ enum: NAMES }, { type: 'string', pattern: PATH.source }, jsonSchemaOf(profileFile(JOURNEYS, ownFile))],
    };
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
  const described = describedJourneys(value, { document, at });
  const known = [...JOURNEYS.filter(isNot(described)), ...described.map(({ descriptor }) => descriptor)];
  const profile = checkConfig(document, loadsIn(value, described), profileFile(known), at);
  const journeys = journeysIn(profile.journeys);
  const { early, phases, ...rest } = profile;
  const own = described.length === 0 ? {} : { own: described };
  if (Object.keys(journeys).length === 0 && phases?.every((phase) => phase.journeys !== undefined) !== true)
    throw new SloError('config-invalid', `${document}: "${[...at, 'journeys'].join('.')}" names no journey`);
  if (phases !== undefined && early !== undefined)
    throw new SloError('config-invalid', `${document}: "early" and "phases" exclude each other`, {
      hint: 'every phase says something different, so all of them must run',
    });
  if (phases !== undefined)
    return { ...rest, ...own, journeys, phases: phasesIn(phases, journeys, { document, at, known }) };
  if (early === undefined) return { ...rest, ...own, journeys };
  if (Object.values(journeys).some((spec) => 'steps' in spec && spec.steps.length > 1)) {
    throw new SloError(
      'config-invalid',
      `${document}: "${[...at, 'early'].join('.')}" needs journeys of a single step each`,
      { hint: 'every step says something different, so all of them must run' },
    );
  }
  return { ...rest, ...own, journeys, early };
}

function isNot(described: readonly OwnJourney[]): (journey: JourneyDescriptor) => boolean {
  return ({ name }) => !described.some(({ descriptor }) => descriptor.name === name);
}

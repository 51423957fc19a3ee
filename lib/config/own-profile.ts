/** The journeys that a profile describes itself, among those that it only loads. */
import type { OwnJourney } from '../../thresholds/profiles.ts';
import { type HttpRoute, type JourneyEndpoint, SENTINEL_PATH } from '../core/endpoint.ts';
import { SloError } from '../core/error.ts';
import { JOURNEYS } from '../journeys/index.ts';
import { areAlike, problemOf } from '../journeys/rules.ts';
import { ownJourney } from './own-journey.ts';
import type { OwnPlace } from './own-parts.ts';
import { scriptJourney } from './own-script.ts';

/** What says how much there is of a journey. Any other key describes one. */
const OF_LOAD = ['ratePerSec', 'durationSec', 'steps', 'sockets', 'pingEverySec'];

/**
 * Entries under names that no program has registered, with more than a load in them.
 * @param value the profile as it is written. @throws SloError `config-invalid`.
 */
export function describedJourneys(value: unknown, { document, at }: OwnPlace): OwnJourney[] {
  // Those of a profile that is at work are not there for another one.
  const others = JOURNEYS.filter(({ endpoints }) => !endpoints.some(({ own }) => own));
  const described: OwnJourney[] = [];
  for (const [name, written] of entriesOf(value)) {
    if (others.some((other) => other.name === name) || !describes(written)) continue;
    const place = { document, at: [...at, 'journeys', name] };
    const journeyOf = Object.hasOwn(Object(written), 'script') ? scriptJourney : ownJourney;
    const journey = journeyOf(name, written, place);
    refuse(journey, [...others, ...described.map(({ descriptor }) => descriptor)], place);
    described.push(journey);
  }
  return described;
}

function entriesOf(value: unknown): [string, unknown][] {
  const { journeys } = Object(value) as { readonly journeys?: unknown };
  return Array.isArray(journeys) ? [] : Object.entries(Object(journeys));
}

function describes(written: unknown): boolean {
  return Object.keys(Object(written)).some((key) => !OF_LOAD.includes(key)) && !Array.isArray(written);
}

const SENTINEL: HttpRoute = { method: 'GET', path: SENTINEL_PATH };

/** Counts of two journeys that ask the same could not be told apart. */
function refuse({ descriptor }: OwnJourney, others: Parameters<typeof problemOf>[1], { document, at }: OwnPlace): void {
  const problem = problemOf(descriptor, others);
  if (problem !== null)
    throw new SloError('config-invalid', `${document}: the journey "${descriptor.name}" ${problem}`);
  const { endpoints } = descriptor;
  for (const [index, { http }] of endpoints.entries()) {
    if (http === undefined) continue;
    const asking = `${document}: "${at.join('.')}" asks ${http.method} ${http.path}`;
    if (areAlike(http, SENTINEL))
      throw new SloError('config-invalid', `${asking}, where the harness sends its own last request`);
    const asked = (one: JourneyEndpoint): boolean => one.http !== undefined && areAlike(one.http, http);
    const before = endpoints.slice(0, index).find(asked);
    if (before !== undefined)
      throw new SloError('config-invalid', `${asking}, as its endpoint "${before.name}" does`, {
        hint: `counts of both could not be told apart: give both requests the endpoint "${before.name}"`,
      });
    const other = others.find((journey) => journey.endpoints.some(asked));
    if (other === undefined) continue;
    throw new SloError('config-invalid', `${asking}, as the journey "${other.name}" does`, {
      hint: `counts of both could not be told apart: load "${other.name}" instead, or ask another path`,
    });
  }
}

/** The profile as it is written, with nothing but the loads of the journeys that it describes. */
export function loadsIn(value: unknown, described: readonly OwnJourney[]): unknown {
  if (described.length === 0) return value;
  const { journeys, ...rest } = value as { readonly journeys: Readonly<Record<string, object>> };
  const loads = Object.entries(journeys).map(([name, written]) => {
    if (!described.some(({ descriptor }) => descriptor.name === name)) return [name, written];
    return [name, Object.fromEntries(Object.entries(written).filter(([key]) => OF_LOAD.includes(key)))];
  });
  return { ...rest, journeys: Object.fromEntries(loads) };
}

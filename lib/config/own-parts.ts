/** What every journey that a profile describes has: its name, its endpoints, its objectives, and how long it may take. */
import { documentedObjectives } from '../../thresholds/slos.ts';
import type { JourneyEndpoint } from '../core/endpoint.ts';
import { SloError } from '../core/error.ts';
import { mostOf } from '../core/extent.ts';
import type { ArrivalsDescriptor } from '../core/journey.ts';
import type { Objective } from '../core/plan.ts';
import { SYSTEMS } from '../systems/index.ts';
import type { OwnObjective } from './own-schema.ts';

/** Where it is written. */
export interface OwnPlace {
  readonly document: string;
  readonly at: readonly string[];
}

/** Findings are called after it. @throws SloError `config-invalid`. */
export function refuseName(name: string, { document, at }: OwnPlace): void {
  const taken = [...SYSTEMS.map(({ id }) => id), ...documentedObjectives().map(({ id }) => id.split('.')[0] ?? id)];
  const all = [...new Set([...taken, 'load'])];
  if (!all.includes(name)) return;
  throw new SloError('config-invalid', `${document}: "${at.join('.')}" can't be called so: other findings are`, {
    hint: `choose another name than ${all.join(', ')}`,
  });
}

interface OwnRoute {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** The path without its query, with `{id}` for every name in braces. */
export function endpointOf(name: string, { method, path, status }: OwnRoute): JourneyEndpoint {
  const [route = ''] = path.split('?');
  return {
    name,
    samples: 'latency',
    http: { method, path: route.replace(/\{[^}]*\}/g, '{id}') },
    fromDue: true,
    owed: { by: 'arrival' },
    lastSpans: ['http.request'],
    own: true,
    ...(status !== 200 && { goodStatus: status }),
  };
}

/** A client waits ten seconds for an answer (scenarios/settings.ts). */
const LONGEST_SEC = 10;
const LEAST_HOLD_SEC = 1.5;
const LEAST_UNDER_WAY_SEC = 3;

/**
 * Without a limit nobody says how long an answer may take, so arrivals wait for free users as long as a client waits.
 * @param requests how many follow one another.
 */
export function patienceOf(
  objectives: readonly OwnObjective[],
  requests = 1,
): Pick<ArrivalsDescriptor, 'holdSec' | 'underWaySec'> {
  const limits = objectives.flatMap((one) => ('limitMs' in one ? [one.limitMs / 1000] : []));
  const most = requests * LONGEST_SEC;
  if (limits.length === 0) return { holdSec: most, underWaySec: most + 1 };
  const longest = Math.min(LONGEST_SEC, mostOf(limits)) * requests;
  return { holdSec: Math.max(LEAST_HOLD_SEC, 1.5 * longest), underWaySec: Math.max(LEAST_UNDER_WAY_SEC, 2 * longest) };
}

export function objectiveOf(name: string, written: OwnObjective, { document, at }: OwnPlace): Objective {
  const frame = { gating: true, source: { document, section: at.join('.') } };
  if ('availability' in written) {
    const words = { id: `${name}.availability`, subject: `${name} availability` };
    return { kind: 'availability', ...words, ...frame, endpoints: [name], target: written.availability };
  }
  const { percentile, limitMs } = written;
  const words = { id: `${name}.p${percentile}`, subject: `${name} p${percentile}` };
  return { kind: 'latency', ...words, ...frame, endpoint: name, percentile, limitMs };
}

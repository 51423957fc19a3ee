/** A journey of which the profile names the script, and the endpoints that it measures. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { OwnJourney } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import { checkConfig } from './check.ts';
import { endpointOf, type OwnPlace, objectiveOf, patienceOf, refuseName } from './own-parts.ts';
import { type ScriptFile, scriptFile } from './own-schema.ts';

/** @throws SloError `config-invalid`. */
export function scriptJourney(name: string, written: unknown, place: OwnPlace): OwnJourney {
  const said = checkConfig(place.document, written, scriptFile, place.at);
  const endpoints = Object.entries(said.endpoints);
  for (const [endpoint] of [[name], ...endpoints]) refuseName(String(endpoint), place);
  return {
    descriptor: {
      name,
      title: `runs ${said.script}`,
      kind: 'arrivals',
      script: { path: scriptIn(said, place), function: 'default' },
      endpoints: endpoints.map(([endpoint, route]) => ({
        ...endpointOf(endpoint, route),
        ...(route.optional && { owed: { by: 'nobody' as const } }),
      })),
      needsDebate: said.debate,
      preflightPaths: [],
      ...patienceOf(said.objectives, endpoints.length),
      isOneRequest: false,
      templates: Object.fromEntries(endpoints.map(([endpoint, { path }]) => [endpoint, path])),
    },
    objectives: said.objectives.map((one) => objectiveOf(measured(one, said, place), one, place)),
  };
}

function scriptIn({ script }: ScriptFile, { document, at }: OwnPlace): string {
  const path = resolve(dirname(document), script);
  if (existsSync(path)) return path;
  throw new SloError('config-invalid', `${document}: "${at.join('.')}.script" names ${script}, which is not there`, {
    hint: `a path counts from the profile's folder: ${path}`,
  });
}

function measured({ endpoint }: ScriptFile['objectives'][number], { endpoints }: ScriptFile, place: OwnPlace): string {
  const names = Object.keys(endpoints);
  if (names.includes(endpoint)) return endpoint;
  const message = `${place.document}: "${place.at.join('.')}.objectives" names the endpoint "${endpoint}", which the journey does not measure`;
  throw new SloError('config-invalid', message, { hint: legalValues(endpoint, names) });
}

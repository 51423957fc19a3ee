/** `init --journey`: a profile with a journey of one's own and its data, which conforms on the reference server as it stands. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeNew } from '../cli/new-file.ts';
import { say } from '../cli/shell.ts';
import { refuseName } from '../config/own-parts.ts';
import { loadProfile } from '../config/profile.ts';
import { SloError } from '../core/error.ts';
import { JOURNEYS } from '../journeys/index.ts';

/**
 * Writes NAME.yaml and NAME.csv.
 * @param folder where; the current one when absent.
 * @throws SloError `usage` for a file that is there, `config-invalid` for a name that something else has.
 */
export function writeJourney(name: string, folder = '.'): void {
  const [profile, data] = [`${name}.yaml`, `${name}.csv`];
  if (JOURNEYS.some((journey) => journey.name === name)) {
    const taken = JOURNEYS.map((journey) => journey.name).join(', ');
    throw new SloError('usage', `the journey "${name}" is there already`, {
      hint: `choose another name than ${taken}`,
    });
  }
  refuseName(name, { document: profile, at: ['journeys', name] });
  // Neither of them alone.
  const there = [profile, data].find((file) => existsSync(join(folder, file)));
  if (there !== undefined)
    throw new SloError('usage', `${there} is there already`, {
      hint: 'choose another name: it may have what somebody wrote',
    });
  writeNew(join(folder, profile), profileText(name), 'a load that somebody wrote');
  writeNew(join(folder, data), DATA, 'data that somebody wrote');
  loadProfile(join(folder, profile));
  say(`wrote ${profile} and ${data}`);
  say(`try it: npx aragora-slo run --profile ${profile}`);
}

/** docs/journeys.md shows it with the name `services`. */
function profileText(name: string): string {
  return `name: ${name}
journeys:
  ${name}:
    path: /api/health/services?of={part}
    data: ${name}.csv
    check: { json: services.api, equals: healthy }
    objectives: [{ percentile: 95, limitMs: 300 }, { availability: 0.99 }]
    ratePerSec: 20
    durationSec: 30
gates: [${name}.]
`;
}

const DATA = `part
api
websocket
`;

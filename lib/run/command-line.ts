/** Owns how a run is asked for again: one command line for a POSIX shell. Refuses to know what the options do. */
import type { Profile } from '../../thresholds/profiles.ts';
import type { RunRequest } from './run.ts';

/** Told by options alone where they can tell it: the config file may say something else by then. No secret is in it. */
export function commandLine(request: RunRequest, { early }: Profile): string {
  const { baseline, target, profile, slo, telemetry, config, sources = {}, targetArgs } = request;
  const written = { profile: inWords(profile), slo: inWords(slo) };
  // A baseline brings both along.
  const needsConfig = baseline === undefined && (written.profile !== profile || written.slo !== slo);
  const { ws, contract, accept, seed, history } = request;
  const server = baseline === undefined ? { target } : { baseline, candidate: target, history };
  const file = needsConfig ? { config } : {};
  const options = { ...server, ws, ...written, contract, accept, seed, ...sources, ...file };
  const words = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [option] : [option, String(value)];
  });
  const switches = [
    ...(telemetry ? [] : ['--no-telemetry']),
    ...(baseline === undefined && early !== undefined && !request.early ? ['--full'] : []),
    ...(config === undefined || needsConfig ? [] : ['--no-config']),
  ];
  const command = baseline === undefined ? 'run' : 'gate';
  return ['npx', 'aragora-slo', command, ...words, ...switches, ...targetArgs].map(quoted).join(' ');
}

/** Undefined for what no option can say. */
function inWords(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

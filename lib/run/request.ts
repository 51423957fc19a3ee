/**
 * Owns what a run is asked for, and the command line that asks for it again. Refuses to know how it is run, and what its options do.
 */
import type { Profile } from '../../thresholds/profiles.ts';
import type { BackendAccess } from '../core/http-access.ts';
import type { Objective } from '../core/plan.ts';
import type { TelemetrySources } from './observe/backends.ts';

export interface RunRequest {
  /** Absent: the embedded reference target is started and gated. */
  readonly target?: string | undefined;
  readonly ws?: string | undefined;
  /** Arguments of the embedded target, e.g. `--break NAME`. */
  readonly targetArgs: readonly string[];
  /** By name or path, or as it is. */
  readonly profile: string | Profile;
  readonly contract: string;
  /** A file of them, or themselves; the documented ones when absent. */
  readonly slo?: string | readonly Objective[] | undefined;
  readonly out?: string | undefined;
  /** 32-bit unsigned; drawn at random when absent. */
  readonly seed?: number | undefined;
  readonly token: string | undefined;
  /** Judge the server's own telemetry too; not when absent. */
  readonly telemetry?: boolean | undefined;
  /** Where a named target's telemetry is; its /metrics alone when absent. */
  readonly sources?: TelemetrySources | undefined;
  /** Gets into them; never stored. */
  readonly access?: BackendAccess | undefined;
  /** File of known deviations that the team bears with. */
  readonly accept?: string | undefined;
  /** End the load as soon as the verdict is sure, where the profile allows it; not when absent. */
  readonly early?: boolean | undefined;
  /** k6's own web dashboard while the load runs, on this port, any free one for 0; absent: none. */
  readonly dashboard?: number | undefined;
  /** The config file that any of this came from, so that the run can be made again. */
  readonly config?: string | undefined;
  /** The run that the target is held against, as the user named it: it is asked for again as `gate`. Absent: none. */
  readonly baseline?: string | undefined;
  /** The history in which the baseline was looked for. Absent: none was. */
  readonly history?: string | undefined;
}

/**
 * For a POSIX shell. Told by options alone where they can tell it: the config file may say something else by then. No secret is in it.
 */
export function commandLine(request: RunRequest, { early }: Profile): string {
  const { baseline, target, profile, slo, telemetry, config, sources = {}, targetArgs } = request;
  const written = { profile: inWords(profile), slo: inWords(slo) };
  // A baseline brings both along.
  const needsConfig = baseline === undefined && (written.profile !== profile || written.slo !== slo);
  const { ws, contract, accept, seed, history } = request;
  const server = baseline === undefined ? { target } : { baseline, candidate: target, history };
  const file = needsConfig ? { config } : {};
  const given = { profile: written.profile, contract, slo: written.slo, accept, seed };
  const options = { ...server, ws, ...given, ...sources, ...file };
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

/** Which contract fits a server: by the names of its metrics, and by the version that it says. */
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { namedMetrics } from '../systems/metrics/names.ts';
import type { MetricFamily } from '../systems/metrics/observation.ts';

/** How many of the names of metrics that a contract knows a server has. */
export interface Fit {
  readonly contract: ContractName;
  readonly there: readonly string[];
  readonly missing: readonly string[];
}

/** The note for a run under another contract; undefined when the metrics fit this one, or show none. */
export function contractNote(exposition: string, contract: ContractName): string | undefined {
  const likely = likelyFit(exposition);
  if (likely === undefined || likely.contract === contract) return undefined;
  const { profile } = CONTRACTS[likely.contract];
  return `its metrics have the names of contract "${likely.contract}", ${shareText(likely)} (${shareText(fitOf(exposition, contract))} of "${contract}"), and "${contract}" is judged: name --contract ${likely.contract}, and --profile ${profile} for a load that it can take`;
}

/** The contract of which the server has more names than of any other; undefined when it has as many of another one. */
export function likelyFit(exposition: string): Fit | undefined {
  const fits = Object.values(CONTRACTS).map(({ name }) => fitOf(exposition, name));
  const [best, next] = fits.sort((a, b) => b.there.length - a.there.length);
  return best === undefined || best.there.length === (next?.there.length ?? 0) ? undefined : best;
}

/** Two documented metrics may have one name under a contract. It counts once. */
function fitOf(exposition: string, contract: ContractName): Fit {
  const families = [...exposition.matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name = '', type]) => {
    return { name, type: type === 'counter' ? ('counter' as const) : null } satisfies Pick<
      MetricFamily,
      'name' | 'type'
    >;
  });
  const named = namedMetrics(contract, families);
  const names = (wanted: boolean): string[] => [
    ...new Set(named.filter(({ isThere }) => isThere === wanted).map(({ name }) => name)),
  ];
  return { contract, there: names(true), missing: names(false) };
}

/** `9 of 12 names`. */
export function shareText({ there, missing }: Fit): string {
  return `${there.length} of ${there.length + missing.length} names`;
}

/** What init says of the contract that fits. */
export function fitText(fit: Fit): string {
  const { missing } = fit;
  const absent = missing.length === 0 ? '' : `; not there: ${missing.join(', ')}`;
  return `its metrics have the names of contract "${fit.contract}": ${shareText(fit)}${absent}`;
}

/** Where releases say which one they are. Some say another one than they are: 2.7.4 and 2.10.0 say 2.0.3. */
export const RELEASE_HEADER = 'x-api-release';

/** The version that an answer of /api/health says, in its body or its header; undefined if it says none. */
export function versionIn(health: string, header?: string): string | undefined {
  const { version } = Object(parsed(health)) as { readonly version?: unknown };
  return [version, header].find((one): one is string => typeof one === 'string' && VERSION.test(one));
}

const VERSION = /^v?\d+\.\d+[\w.+-]{0,30}$/;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What to know of a version that no contract is about; undefined for one that has its own, and where nothing is known. */
export function versionNote(version: string | undefined, fit: Fit | undefined): string | undefined {
  if (version === undefined || contractOf(version) !== undefined) return undefined;
  const says = `it says version ${version}, which has no contract of its own`;
  return fit === undefined
    ? `${says}, and its metrics do not show which one fits`
    : `${says}: "${fit.contract}" fits best, by ${shareText(fit)} of metrics`;
}

/** What doctor says of a version that needs no note. */
export function versionText(version: string | undefined): string {
  if (version === undefined) return 'it says none';
  return `it says ${version}, whose contract is "${contractOf(version)}"`;
}

function contractOf(version: string): ContractName | undefined {
  const [, release = ''] = /^v?(\d+\.\d+)/.exec(version) ?? [];
  return Object.values(CONTRACTS).find(({ name }) => name === `aragora-${release}`)?.name;
}

/** The contract of the newest release: the nearest one to a release whose metrics do not show it. */
export const NEWEST_CONTRACT: ContractName = 'aragora-2.11';

/** Spans and log lines come to a run, and nobody can ask for them before. */
export const NOT_ASKED =
  'not asked: the names of its spans and the fields of its log; a run judges them with --otlp-port or --jaeger, and with --log-file, and contract learn RUN drafts those that differ';

/** The same where spans were received. */
export const LOG_NOT_ASKED =
  'not asked: the fields of its log; a run judges them with --log-file, and contract learn RUN drafts those that differ';

/**
 * Owns the checks that nothing the load keeps secret (its canary, the API token) comes back in the server's telemetry.
 * Refuses to know the secrets: what was observed has them replaced already.
 */
import type { Evidence, Finding } from '../core/finding.ts';
import { countText, plural } from '../core/numbers.ts';
import type { SecretsObserved } from '../core/observation.ts';
import { type Check, lacking, property, whyUnavailable } from './finding.ts';
import { from, NO_LOG } from './logs/checks/frame.ts';
import type { LogsObservation } from './logs/observation.ts';
import type { MetricsObservation } from './metrics/observation.ts';
import type { TracesObservation } from './traces/observation.ts';

const SOURCE = { document: 'aragora-slo', section: 'docs/checks/logs.md' } as const;

/** No log line holds a secret, in any usual encoding. */
export function judgeLogSecrets(logs: LogsObservation | undefined): Finding {
  const check = { id: 'logs.secrets', subject: 'no secret in log lines', gating: true, source: SOURCE };
  if (logs === undefined) return lacking(check, 'no-data', NO_LOG);
  if (logs.status === 'unavailable') return lacking(check, 'unavailable', whyUnavailable(logs));
  const { leaks, lines, cut, complete } = logs;
  const evidence = from(logs, leaks.examples);
  if (leaks.count === 0 && cut.count > 0) {
    const summary = `none in what was kept of the lines, but ${plural(cut.count, 'line')} ${cut.count === 1 ? 'was' : 'were'} cut`;
    return lacking(check, 'inconclusive', summary, evidence);
  }
  if (leaks.count === 0 && !complete)
    return lacking(check, 'inconclusive', 'none in what was read, but not all lines were read', evidence);
  return judgeSearch(check, { ...leaks, leaks: leaks.count, texts: lines, what: 'line', evidence });
}

/** No text of the observation of that kind (metric names and labels, span names and attributes) holds a secret. */
export function judgeSecretsIn(
  kind: 'metrics' | 'traces',
  secrets: SecretsObserved | undefined,
  observation: MetricsObservation | TracesObservation | undefined,
): Finding {
  const where = kind === 'metrics' ? 'metric labels' : 'spans';
  const check = { id: `${kind}.secrets`, subject: `no secret in ${where}`, gating: true, source: SOURCE };
  if (observation?.status === 'unavailable') return lacking(check, 'unavailable', whyUnavailable(observation));
  const places = secrets?.places.filter((place) => place.kind === kind) ?? [];
  if (secrets === undefined || places.length === 0)
    return lacking(check, 'no-data', `no ${kind} were searched for secrets`);
  const leaking = observation?.kind === 'metrics' ? (observation.leaking ?? []) : [];
  const evidence = [
    ...leaking.map((line) => ({ label: 'line', value: line })),
    ...places.flatMap(({ examples }) => examples.map(({ where, text }) => ({ label: where, value: text }))),
  ];
  // A label that is kept is among both.
  const leaks = Math.max(
    leaking.length,
    places.reduce((sum, place) => sum + place.leaks, 0),
  );
  const texts = places.reduce((sum, place) => sum + place.texts, 0);
  return judgeSearch(check, { ...secrets, leaks, texts, what: 'text', evidence });
}

interface Search {
  readonly searched: number;
  readonly tooShort: number;
  readonly texts: number;
  readonly leaks: number;
  readonly what: string;
  readonly evidence: readonly Evidence[];
}

function judgeSearch(check: Check, { searched, tooShort, texts, leaks, what, evidence }: Search): Finding {
  if (searched === 0) {
    const summary =
      tooShort > 0 ? 'the only secrets are too short to be told from chance' : 'the load sent no secret to search for';
    return lacking(check, 'no-data', summary, evidence);
  }
  if (texts === 0) return lacking(check, 'no-data', `there is no ${what} to search`, evidence);
  const short = tooShort > 0 ? `; ${plural(tooShort, 'secret')} too short to be searched for` : '';
  const summary =
    leaks === 0
      ? `none of ${plural(searched, 'secret')} in ${plural(texts, what)}${short}`
      : `${plural(leaks, what)} of ${countText(texts)} ${leaks === 1 ? 'holds' : 'hold'} a secret that the load sent`;
  return property(check, { samples: texts, bad: leaks, summary, evidence });
}

/** The check that no secret of the load (its canary, the API token) appears in what a system shows. */
import type { Evidence, Finding } from '../core/finding.ts';
import { countText, plural } from '../core/numbers.ts';
import type { Observation, SecretsObserved } from '../core/observation.ts';
import { observationsOf } from '../core/observation.ts';
import type { JudgeInput } from '../core/run.ts';
import { evidenceOf } from './evidence.ts';
import { lacking, property } from './finding.ts';
import { type Check, type CheckInfo, checkOf } from './system.ts';

/** No text of the system's observation has a secret. `where`: which texts, for example `metric labels`. */
export function secretCheck({ system, where }: { readonly system: string; readonly where: string }): Check {
  const info = secretInfo(system, where);
  return checkOf(info, judgeTexts);
}

export function secretInfo(system: string, where: string): CheckInfo {
  return {
    id: `${system}.secrets`,
    subject: `no secret in ${where}`,
    proves: `No secret that the load sent stands in ${where}, in any usual encoding.`,
    system,
    source: { document: 'aragora-slo', section: 'docs/checks/logs.md' },
    gating: true,
    needs: [system],
    page: 'docs/checks/logs.md',
  };
}

/** What a system's reader itself may report about secrets, besides those that were found in what is stored. */
type Leaking = Observation & { readonly leaking?: readonly string[] };

function judgeTexts(check: CheckInfo, { observations }: JudgeInput): Finding {
  const [secrets] = observationsOf<SecretsObserved>(observations, 'secrets');
  const places = secrets?.places.filter(({ kind }) => kind === check.system) ?? [];
  if (secrets === undefined || places.length === 0)
    return lacking(check, 'no-data', `no ${check.system} were searched for secrets`);
  const { leaking = [] } = evidenceOf<Leaking>(observations, check.system) ?? {};
  const evidence = [
    ...leaking.map((line) => ({ label: 'line', value: line })),
    ...places.flatMap(({ examples }) => examples.map(({ where, text }) => ({ label: where, value: text }))),
  ];
  // A label that is stored is among both.
  const leaks = Math.max(
    leaking.length,
    places.reduce((sum, place) => sum + place.leaks, 0),
  );
  const texts = places.reduce((sum, place) => sum + place.texts, 0);
  return judgeSearch(check, { ...secrets, leaks, texts, what: 'text', evidence });
}

export interface Search {
  readonly searched: number;
  readonly tooShort: number;
  readonly texts: number;
  readonly leaks: number;
  /** What was searched, in the singular, for example `line`. */
  readonly what: string;
  readonly evidence: readonly Evidence[];
}

export function judgeSearch(check: CheckInfo, search: Search): Finding {
  const { searched, tooShort, texts, leaks, what, evidence } = search;
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

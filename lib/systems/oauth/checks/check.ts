/** What the checks of this system share: one word for each provider becomes one finding. */
import type { Finding } from '../../../core/finding.ts';
import type { Source } from '../../../core/source.ts';
import { lacking, property, unasked } from '../../finding.ts';
import type { Check, CheckInfo } from '../../system.ts';
import type { Answered, OAuthObserved, SignInSeen } from '../observation.ts';

export const PAGE = 'docs/checks/oauth.md';
export const METRICS: Source = {
  document: 'monitoring-setup-guide.md',
  section: 'OAuth Authentication, Metrics to Watch',
};
export const HEALTH: Source = { document: 'monitoring-setup-guide.md', section: 'OAuth Authentication, Health Checks' };

export type OAuthCheck = Check<OAuthObserved>;

/** `id` is without `oauth.`. */
export function infoOf({ id, ...own }: Pick<CheckInfo, 'id' | 'subject' | 'proves' | 'source'>): CheckInfo {
  return { ...own, id: `oauth.${id}`, system: 'oauth', gating: true, needs: ['oauth'], page: PAGE };
}

/** What is known of one provider. `open`: something was seen that does not decide. `unasked`: nobody set it up to be seen. */
export type Word =
  | { readonly good: string }
  | { readonly bad: string }
  | { readonly open: string }
  | { readonly unasked: string };

export function judgeEach(
  check: CheckInfo,
  { signIns, expected }: OAuthObserved,
  wordOf: (signIn: SignInSeen) => Word,
): Finding {
  if (signIns.length === 0) return lacking(check, 'no-data', `none of ${expected.join(', ')} is among its providers`);
  const words = signIns.map((signIn) => ({ provider: signIn.provider, word: wordOf(signIn) }));
  const textsOf = (kind: 'good' | 'bad' | 'open' | 'unasked'): string[] =>
    words.flatMap(({ provider, word }) => (kind in word ? [`${provider}: ${Object.values(word)[0]}`] : []));
  const evidence = words.map(({ provider, word }) => ({ label: provider, value: String(Object.values(word)[0]) }));
  const [bad, open, notAsked] = [textsOf('bad'), textsOf('open'), textsOf('unasked')];
  if (bad.length > 0)
    return property(check, { samples: signIns.length, bad: bad.length, summary: bad.join('; '), evidence });
  if (open.length > 0) return lacking(check, 'inconclusive', open.join('; '), evidence);
  if (notAsked.length > 0) return unasked(check, notAsked.join('; '), evidence);
  return property(check, { samples: signIns.length, bad: 0, summary: textsOf('good').join('; '), evidence });
}

/** null where the answer says what the server decides. */
export function undecided({ outcome, words }: Answered, what: string): Word | null {
  return outcome === 'limited' || outcome === 'silent' ? { open: `${what} ${words}` } : null;
}

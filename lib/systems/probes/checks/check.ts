/** What the checks of probes share: where each is promised, what is said without its evidence, which answers decide nothing. */
import type { Finding } from '../../../core/finding.ts';
import type { Source } from '../../../core/source.ts';
import { lacking, unasked } from '../../finding.ts';
import type { Check, CheckInfo } from '../../system.ts';
import type { Answered, Part, ProbesObserved } from '../observation.ts';
import type { ProbeName, ProbePromises } from '../promises.ts';

export const PAGE = 'docs/checks/probes.md';
/** Where no guide says it: what clients of the API rely on. */
export const API: Source = { document: 'aragora-slo', section: PAGE };

export interface ProbeFacts {
  readonly observed: ProbesObserved;
  /** Nothing but the harness calls the server. */
  readonly exclusive: boolean;
}
export type ProbeCheck = Check<ProbeFacts>;

interface Probe<Seen> {
  readonly name: ProbeName;
  readonly subject: string;
  readonly proves: string;
  readonly source?: Source;
  /** What it judges. */
  readonly part: (observed: ProbesObserved) => Part<Seen>;
  readonly judge: (check: CheckInfo, seen: Seen, facts: ProbeFacts) => Finding;
}

/** A probe as a check; of a release that can't owe it, it says why. */
export type MadeFor = (promises: ProbePromises) => ProbeCheck;

export function probe<Seen extends object>({ name, subject, proves, source, part, judge }: Probe<Seen>): MadeFor {
  return ({ leftOut }) => {
    const reason = leftOut[name];
    const info: CheckInfo = {
      id: `probes.${name}`,
      subject,
      proves,
      system: 'probes',
      source: source ?? API,
      gating: reason === undefined,
      needs: ['probes'],
      page: PAGE,
    };
    return {
      ...info,
      judge: (facts) => {
        if (reason !== undefined) return unasked(info, reason);
        const seen = part(facts.observed);
        if (isLacking(seen)) return lacking(info, 'no-data', seen.lacking);
        return isUnasked(seen) ? unasked(info, seen.unasked) : judge(info, seen, facts);
      },
    };
  };
}

export function isLacking<Seen extends object>(part: Part<Seen>): part is { readonly lacking: string } {
  return 'lacking' in part;
}

export function isUnasked<Seen extends object>(part: Part<Seen>): part is { readonly unasked: string } {
  return 'unasked' in part;
}

/** What was seen of a part; undefined when nothing was. */
export function seenOf<Seen extends object>(part: Part<Seen>): Seen | undefined {
  return isLacking(part) || isUnasked(part) ? undefined : part;
}

export function isGood(answer: Answered): boolean {
  return 'status' in answer && answer.status >= 200 && answer.status < 300;
}

export function statusOf(answer: Answered): number | null {
  return 'status' in answer ? answer.status : null;
}

/** Whether the client waited in vain. A connection that ended may have been ended by anything in between. */
export function isHang(answer: Answered): boolean {
  return 'trouble' in answer && (answer.trouble === 'no-answer' || answer.trouble === 'no-end');
}

export function wordsOf(answer: Answered): string {
  return 'status' in answer ? `it answers ${answer.status}` : answer.words;
}

/** It needs credentials, or it refuses because of the load: neither says anything about what was asked. */
const DECIDES_NOTHING = [401, 403, 408, 429, 502, 503, 504];

/** Why an answer says nothing about what was asked; null where it does. */
export function undecidedBy(answer: Answered): string | null {
  if ('trouble' in answer) return isHang(answer) ? null : answer.words;
  return DECIDES_NOTHING.includes(answer.status) ? `it answers ${answer.status}` : null;
}

/** All causes that are looked for, and which of them a verdict says. A new one is its file in this folder and one line here. */
import type { Cause } from '../core/cause.ts';
import { crossTalk } from './cross-talk.ts';
import { deadBackend } from './dead-backend.ts';
import type { CauseFacts, KnownCause } from './known.ts';
import { otherNames } from './other-names.ts';
import { access, noRoom, rateLimit } from './refusals.ts';
import { serverGone } from './server-gone.ts';
import { starvedGenerator } from './starved-generator.ts';
import { wedged } from './wedged.ts';

/** What makes most of the rest meaningless comes first. */
export const CAUSES: readonly KnownCause[] = [
  starvedGenerator,
  serverGone,
  access,
  rateLimit,
  noRoom,
  wedged,
  crossTalk,
  deadBackend,
  otherNames,
];

/** A reader remembers no more. */
const MOST = 3;

/** At most three, in their order; [] where the facts show none. One that explains nothing that gates is none of this verdict. */
export function causesOf(facts: CauseFacts): Cause[] {
  const open = facts.findings.filter(({ status }) => status !== 'pass');
  return CAUSES.flatMap(({ id, look }) => {
    const seen = look(facts);
    if (seen === undefined) return [];
    const explained = open.filter(
      (finding) =>
        seen.explains.includes(finding.id) ||
        (finding.because !== undefined && seen.explains.includes(finding.because)),
    );
    if (!explained.some(({ gating }) => gating)) return [];
    return [{ id, ...seen, explains: [...new Set(explained.map((finding) => finding.id))] }];
  }).slice(0, MOST);
}

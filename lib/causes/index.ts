/** All causes that are looked for, and which of them a verdict says. A new one is its file in this folder and one line here. */
import type { Cause } from '../core/cause.ts';
import { type Finding, OF_LOAD } from '../core/finding.ts';
import { crossTalk } from './cross-talk.ts';
import { deadBackend } from './dead-backend.ts';
import { fullQueue } from './full-queue.ts';
import { hanging } from './hanging.ts';
import { inFront } from './in-front.ts';
import type { CauseFacts, KnownCause } from './known.ts';
import { otherNames } from './other-names.ts';
import { otherTraffic } from './other-traffic.ts';
import { access, noRoom, rateLimit } from './refusals.ts';
import { serverGone } from './server-gone.ts';
import { starvedGenerator } from './starved-generator.ts';
import { noDebates, wedged } from './wedged.ts';

/** What makes most of the rest meaningless comes first. */
export const CAUSES: readonly KnownCause[] = [
  starvedGenerator,
  serverGone,
  hanging,
  access,
  rateLimit,
  noRoom,
  inFront,
  wedged,
  noDebates,
  fullQueue,
  crossTalk,
  deadBackend,
  otherNames,
  otherTraffic,
];

/** A reader remembers no more. */
const MOST = 3;

/**
 * At most three, in their order; [] where the facts show none. Where something fails, what explains it comes before what only explains that
 * something is undecided.
 */
export function causesOf(facts: CauseFacts): Cause[] {
  const open = facts.findings.filter(({ gating, status }) => gating && status !== 'pass');
  const isBreach = open.some(({ status }) => status === 'fail');
  const all = CAUSES.flatMap(({ id, look }) => {
    const seen = look(facts);
    if (seen === undefined) return [];
    const isExplained = ({ id, because }: Finding) =>
      seen.explains.includes(id) || (because !== undefined && seen.explains.includes(because));
    const explained = facts.findings.filter((finding) => finding.status !== 'pass' && isExplained(finding));
    if (!isOfThisVerdict(explained, isBreach)) return [];
    return [{ id, ...seen, explains: [...new Set(explained.map((finding) => finding.id))] }];
  });
  const fails = ({ explains }: Cause): boolean => explainsFailure(explains, open);
  return [...all.filter(fails), ...all.filter((cause) => !fails(cause))].slice(0, MOST);
}

/** A load that was not well made breaches nothing. */
function isOfThisVerdict(explained: readonly Finding[], isBreach: boolean): boolean {
  return explained.some(({ gating, system }) => gating && !(isBreach && system === OF_LOAD));
}

/** Whether one of `ids` is of a finding that gates and fails. */
export function explainsFailure(ids: readonly string[], findings: readonly Finding[]): boolean {
  return findings.some(({ id, gating, status }) => gating && status === 'fail' && ids.includes(id));
}

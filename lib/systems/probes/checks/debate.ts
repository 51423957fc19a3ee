/** One debate: what two subscribers get of it, and what the API says of it while it runs and when it has ended. */
import { plural } from '../../../core/numbers.ts';
import { fact, lacking, unasked } from '../../finding.ts';
import type { DebateSeen, ReadSeen, SeenEvent, StateSeen, SubscriberSeen } from '../observation.ts';
import { isGood, isHang, isLacking, type MadeFor, probe, seenOf, statusOf, undecidedBy, wordsOf } from './check.ts';

/** How releases call a debate that is over, and one that is not. */
const OVER = /^(completed?|finished|done|ended|concluded|closed|consensus_reached)$/i;
const UNDER_WAY = /^(running|in_progress|active|pending|created|starting|initializing|queued)$/i;
/** And one that went wrong by itself. */
const FAILED = /error|fail|abort|cancel|time.?d?.?out/i;
const SHOWN = 3;

/** Problems in words; none means that it passes. */
type Problems = readonly (string | false)[];

function problemsIn(problems: Problems): string[] {
  return problems.filter((problem) => problem !== false);
}

const subscribers = probe({
  name: 'subscribers',
  subject: 'two subscribers of one debate',
  proves: 'Two subscribers of a debate get the same events, and none of another debate.',
  part: ({ debate }) => debate,
  judge: (check, debate) => {
    const [first, second] = [seenOf(debate.first), seenOf(debate.second)];
    const strays = [...(first?.events ?? []), ...(second?.events ?? [])].filter(({ of }) => of === debate.otherId);
    if (strays.length > 0)
      return fact(check, false, {
        summary: `${plural(strays.length, 'event')} of another debate`,
        evidence: shown(strays),
      });
    if (first === undefined || second === undefined)
      return lacking(check, 'no-data', 'fewer than two WebSockets were open for it');
    const { apart, both } = differences(debate, first, second);
    if (apart.length === 0 && both === 0) return unasked(check, 'no event came after both had subscribed');
    return fact(check, apart.length === 0, {
      summary:
        apart.length === 0
          ? `both got the same ${plural(both, 'event')}`
          : `${plural(apart.length, 'event')} came to one of them alone`,
      evidence: shown(apart),
    });
  },
});

/** Up to the end of the debate: what the first got once both were subscribed, the second has to have, and the first all of the second's. */
function differences({ id }: DebateSeen, first: SubscriberSeen, second: SubscriberSeen) {
  const [all, others] = [ownUpToEnd(first.events, id), ownUpToEnd(second.events, id)];
  const has = (events: readonly SeenEvent[], { seq }: SeenEvent) => events.some((event) => event.seq === seq);
  const sure = first.sureFrom === null ? [] : ownUpToEnd(first.events.slice(first.sureFrom), id);
  const apart = [...sure.filter((event) => !has(others, event)), ...others.filter((event) => !has(all, event))];
  return { apart, both: others.filter((event) => has(all, event)).length };
}

function ownUpToEnd(events: readonly SeenEvent[], id: string): SeenEvent[] {
  const own = events.filter(({ of }) => of === id);
  const end = own.find(({ type }) => type === 'debate_end');
  return own.filter(({ seq }) => end === undefined || seq <= end.seq);
}

function shown(events: readonly SeenEvent[]) {
  return events.slice(0, SHOWN).map(({ type, seq, of }) => ({ label: `${type} ${seq}`, value: of }));
}

const subscriptionState = probe({
  name: 'subscription-state',
  subject: 'the state that a subscriber gets',
  proves: 'Whoever subscribes gets the right question and state, both while the debate runs and when it has ended.',
  part: ({ debate }) => debate,
  judge: (check, debate) => {
    const [start, end] = [debate.atStart, debate.atEnd];
    if (isLacking(start)) return lacking(check, 'inconclusive', start.lacking);
    if (isLacking(end)) return lacking(check, 'inconclusive', end.lacking);
    const problems = [
      ...stateProblems(seenOf(start), 'at the start', ranOn(debate) ? { ended: false, consensus: null } : null),
      ...stateProblems(seenOf(end), 'at the end', debate.ended ? { ended: true, consensus: debate.consensus } : null),
      ...messageProblems(debate),
    ];
    return fact(check, problems.length === 0, {
      summary: problems.length === 0 ? 'it fits the debate and its events' : problems.join('; '),
    });
  },
});

interface Expected {
  readonly ended: boolean;
  readonly consensus: boolean | null;
}

function stateProblems(state: StateSeen | undefined, when: string, expected: Expected | null): string[] {
  if (state === undefined) return [];
  const { ended, consensus } = expected ?? { ended: null, consensus: null };
  return problemsIn([
    !state.isRightDebate && `${when} it is of another debate`,
    state.isRightQuestion === false && `${when} it has another question`,
    differ(state.ended, ended) && `${when} it says ${state.ended ? 'that it has ended' : 'that it has not ended'}`,
    differ(state.consensus, consensus) && `${when} it says ${state.consensus ? '' : 'no '}consensus`,
  ]);
}

/** At the end it has the agents' messages, and not more than the events had. */
function messageProblems({ atEnd, first }: DebateSeen): string[] {
  const [messages, events] = [seenOf(atEnd)?.messages ?? null, seenOf(first)?.events ?? []];
  const spoken = events.filter(({ type }) => type === 'agent_message');
  return problemsIn([
    messages === 0 &&
      spoken.some(({ hasContent }) => hasContent) &&
      'at the end it has no message, although agents spoke',
  ]);
}

function differ(said: boolean | null, known: boolean | null): boolean {
  return said !== null && known !== null && said !== known;
}

/** Whether agents spoke after both had surely subscribed, so after the first read and the first state. */
function ranOn({ id, first }: DebateSeen): boolean {
  const { events = [], sureFrom = null } = seenOf(first) ?? {};
  return sureFrom !== null && events.slice(sureFrom).some(({ of, type }) => of === id && type === 'agent_message');
}

const running = probe({
  name: 'running',
  subject: 'a debate that still runs',
  proves: 'A debate that still runs is shown as one, with its question.',
  part: ({ debate }) => debate,
  judge: (check, debate) => {
    const read = debate.running;
    const obstacle = undecidedBy(read.answered);
    if (obstacle !== null) return lacking(check, 'inconclusive', obstacle);
    if (statusOf(read.answered) === 404) return unasked(check, 'it was not shown yet');
    if (!ranOn(debate)) return unasked(check, 'it is not sure that it still ran when it was read');
    const problems = problemsIn([
      !isGood(read.answered) && wordsOf(read.answered),
      read.isRightQuestion === false && 'it has another question',
      isOver(read) && `it is shown as ${read.status ?? 'finished'}, and agents still spoke`,
      read.consensus === true && 'it is shown with consensus, and agents still spoke',
    ]);
    return fact(check, problems.length === 0, {
      summary: problems.length === 0 ? `shown as ${read.status ?? 'not finished'}` : problems.join('; '),
    });
  },
});

function isOver({ hasAnswer, status, inProgress }: ReadSeen): boolean {
  return hasAnswer || (inProgress !== true && OVER.test(status ?? ''));
}

const readBack = probe({
  name: 'read-back',
  subject: 'a debate is read back by its id',
  proves:
    'A debate that has ended is read back with the question and the agents that it was given, as its events ended.',
  part: ({ debate }) => debate,
  judge: (check, debate) => {
    if (isLacking(debate.finished)) return lacking(check, 'inconclusive', debate.finished.lacking);
    const read = seenOf(debate.finished);
    if (read === undefined) return lacking(check, 'no-data', 'it was not read');
    const obstacle = undecidedBy(read.answered);
    if (obstacle !== null) return lacking(check, 'inconclusive', obstacle);
    if (statusOf(read.answered) === 410) return unasked(check, 'it is gone (410): ended debates are not kept');
    if (FAILED.test(read.status ?? '') && debate.consensus !== true)
      return unasked(check, `the debate itself ended as ${read.status}`);
    const names = [debate.agents, ...(debate.startedWith === null ? [] : [debate.startedWith])].map(sorted);
    const problems = problemsIn([
      !isGood(read.answered) && wordsOf(read.answered),
      read.isRightQuestion === false && 'it has another question',
      read.agents !== null && !names.includes(sorted(read.agents)) && `its agents are ${read.agents.join(', ')}`,
      isUnderWay(read) && `it is shown as ${read.status ?? 'in progress'} after its end`,
      differ(read.consensus, debate.consensus) && `it is shown ${read.consensus ? 'with' : 'without'} consensus`,
    ]);
    return fact(check, problems.length === 0, {
      summary: problems.length === 0 ? 'as it was created, and as its events ended' : problems.join('; '),
    });
  },
});

function sorted(names: readonly string[]): string {
  return [...names].sort().join(', ');
}

function isUnderWay({ hasAnswer, status, inProgress }: ReadSeen): boolean {
  return !hasAnswer && (inProgress === true || UNDER_WAY.test(status ?? ''));
}

const convergence = probe({
  name: 'convergence',
  subject: 'the consensus check agrees',
  proves: "A debate's convergence agrees with its consensus event, and with the debate itself.",
  part: ({ debate }) => debate,
  judge: (check, debate) => {
    if (isLacking(debate.convergence)) return lacking(check, 'inconclusive', debate.convergence.lacking);
    const seen = seenOf(debate.convergence);
    if (seen === undefined) return lacking(check, 'no-data', 'it was not asked');
    const obstacle = undecidedBy(seen.answered) ?? (isHang(seen.answered) ? wordsOf(seen.answered) : null);
    if (obstacle !== null) return lacking(check, 'inconclusive', obstacle);
    if (!isGood(seen.answered)) return unasked(check, wordsOf(seen.answered));
    const read = seenOf(debate.finished)?.consensus ?? null;
    const { similarity } = seen;
    const problems = problemsIn([
      seen.isRightDebate === false && 'it is of another debate',
      differ(seen.consensus, debate.consensus) && `it says ${yes(seen.consensus)}, its event ${yes(debate.consensus)}`,
      differ(seen.consensus, read) && `it says ${yes(seen.consensus)}, the debate ${yes(read)}`,
      similarity !== null && !(similarity >= 0 && similarity <= 1) && `its similarity is ${similarity}`,
    ]);
    if (problems.length === 0 && seen.consensus === null)
      return unasked(check, 'it does not say whether there is consensus');
    return fact(check, problems.length === 0, {
      summary: problems.length === 0 ? `it says ${yes(seen.consensus)}, and so does the debate` : problems.join('; '),
    });
  },
});

function yes(consensus: boolean | null): string {
  return consensus ? 'consensus' : 'no consensus';
}

export const DEBATE_PROBES: readonly MadeFor[] = [subscribers, subscriptionState, running, readBack, convergence];

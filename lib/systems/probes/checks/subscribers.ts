/** What two subscribers get of one debate: its events, and its state. */
import { plural } from '../../../core/numbers.ts';
import { fact, lacking, unasked } from '../../finding.ts';
import type { DebateSeen, SeenEvent, StateSeen, SubscriberSeen } from '../observation.ts';
import { isLacking, type MadeFor, probe, seenOf } from './check.ts';
import { areOthers, differ, namesOf, problemsIn, ranOn } from './fit.ts';

const SHOWN = 3;

const subscribers = probe({
  name: 'subscribers',
  subject: 'two subscribers of one debate',
  proves: 'Two subscribers of a debate get the same events with the same texts, and none of another debate.',
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
    const other = unheard(debate.id, first, second);
    if (apart.length === 0 && other.length > 0)
      return fact(check, false, {
        summary: `${plural(other.length, 'message')} for one of them that the other did not get, in events that both got`,
        evidence: shown(other),
      });
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

/** What the second heard of agents and the first did not, although it was there from the start. */
function unheard(id: string, first: SubscriberSeen, second: SubscriberSeen): SeenEvent[] {
  const spoken = ({ events }: SubscriberSeen) =>
    ownUpToEnd(events, id).filter(({ type, textHash }) => type === 'agent_message' && textHash != null);
  const heard = new Set(spoken(first).map(({ textHash }) => textHash));
  return heard.size === 0 ? [] : spoken(second).filter(({ textHash }) => !heard.has(textHash));
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
      ...problemsIn([
        areOthers(seenOf(end)?.agents ?? null, namesOf(debate)) &&
          `at the end its agents are ${seenOf(end)?.agents?.join(', ')}`,
      ]),
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

export const SUBSCRIBER_PROBES: readonly MadeFor[] = [subscribers, subscriptionState];

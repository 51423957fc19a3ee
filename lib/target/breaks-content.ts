/**
 * The breaks of what clients get: answers that come in time and are not true, and debates that are shown as they were not.
 *
 * Each is made so that only one finding fails: the answer is still one that a client can use, so it is no failed request.
 */
import type { SampleOutcome } from '../core/sample-outcome.ts';
import type { AnswerLie, EventLie, FaultyRoute } from './behaviour.ts';
import type { Break } from './break-felt.ts';

const SOME = { share: 0.2 } as const;
const ALL = { share: 1 } as const;
const ONE = { from: 20, count: 1 } as const;

type AnswerRow = readonly [name: string, route: FaultyRoute, how: AnswerLie, shows: SampleOutcome, description: string];

const ANSWERS: readonly AnswerRow[] = [
  ['form.plain-text', 'health', 'plain-text', 'not-json-type', 'JSON about health is called text/plain'],
  ['form.latin-1', 'consensus', 'latin-1', 'wrong-charset', 'JSON about a consensus is called a text in Latin-1'],
  ['form.client', 'debates-list', 'client-shown', 'secret-shown', 'a list shows by which headers its client is known'],
  ['health.part', 'health', 'unhealthy-part', 'unhealthy-part', 'the server is healthy, and its database unhealthy'],
  [
    'health.twice',
    'health',
    'status-twice',
    'unhealthy-part',
    'the server is healthy, and in the same object unhealthy',
  ],
  ['health.error', 'health', 'error-beside', 'error-beside', 'the server is healthy, and reports an error'],
  ['list.count', 'debates-list', 'count-of-none', 'count-contradicted', 'a list of debates says that it has none'],
  ['list.entry-twice', 'debates-list', 'entry-twice', 'entry-repeated', 'a list has a debate twice'],
  ['list.placeholder', 'debates-list', 'entry-without-id', 'entry-without-id', 'a list has an entry without an id'],
  [
    'list.neighbours',
    'debates-list',
    'questions-of-neighbours',
    'entry-of-another',
    'the entries of a list have the questions of each other',
  ],
  ['time.health', 'health', 'hour-old', 'time-contradicted', 'the answer about health is an hour old'],
  ['time.header', 'health', 'header-hour-old', 'time-contradicted', 'the header Date about health is an hour old'],
  [
    'list.more',
    'debates-list',
    'more-denied',
    'count-contradicted',
    'a list says of some of all debates that they are all',
  ],
  [
    'listed.another-load',
    'debates-list',
    'another-load-alone',
    'none-of-ours',
    'a list has only a debate of an earlier load',
  ],
  ['listed.others', 'debates-list', 'others-alone', 'none-of-ours', 'a list never has a debate that was started'],
  [
    'consensus.turned',
    'consensus',
    'consensus-turned',
    'consensus-contradicted',
    'a consensus is denied that there was',
  ],
  ['consensus.similarity', 'consensus', 'similarity-of-five', 'impossible-value', 'a similarity is 5'],
  ['consensus.rounds', 'consensus', 'seven-rounds', 'consensus-contradicted', 'a debate of one round has had seven'],
  ['consensus.unsteady', 'consensus', 'other-similarity', 'unsteady', 'the similarity is another one'],
];

const answers = ANSWERS.map(([name, route, how, shows, description]): Break => {
  const isAlways = name.startsWith('listed.');
  return {
    name: `content.${name}`,
    description: isAlways ? description : `in one answer of five, ${description}`,
    finding: `content.${name.split('.')[0]}`,
    shows,
    dominant: route,
    ...(shows === 'unsteady' ? { ofSeveral: true } : {}),
    patch: { http: [{ kind: 'lie', how, route, pick: isAlways ? ALL : SOME }] },
  };
});

const EVENTS: Readonly<Record<EventLie, readonly [finding: string, shows: SampleOutcome, what: string]>> = {
  'second-agent-silent': ['content.agents', 'agent-silent', 'the second agent says nothing'],
  'start-of-another-debate': [
    'content.texts',
    'another-question',
    'the debate is one on the question of another client',
  ],
  'number-for-text': ['content.texts', 'not-text', 'agents say a number'],
  'error-for-text': ['content.texts', 'error-text', 'agents say an error message'],
  'placeholder-for-text': ['content.texts', 'placeholder', 'agents say a placeholder'],
  'text-of-a-neighbour': ['content.texts', 'text-of-another', 'agents speak of the question of another debate'],
  'text-of-the-first-debate': [
    'content.texts',
    'text-again',
    'agents say what they said in the debate before the load',
  ],
  'text-three-times': [
    'content.texts',
    'text-repeated',
    'the first message comes three times, with numbers of its own',
  ],
  'round-left-out': ['content.rounds', 'round-skipped', 'the first round is called the third'],
  'round-begins-twice': ['content.rounds', 'round-repeated', 'a round begins twice'],
  'round-unannounced': ['content.rounds', 'round-unannounced', 'nothing is said of its round'],
  'confidence-below-zero': ['content.end', 'impossible-value', 'the confidence of the consensus is below zero'],
  'consensus-a-day-before': ['content.end', 'times-contradicted', 'the consensus has the time of the day before'],
  'round-below-zero': ['websocket.order', 'impossible-value', 'an event is of a round below zero'],
  'event-without-time': ['websocket.order', 'no-time', 'an event comes again without its time'],
  'event-without-debate': ['websocket.order', 'no-debate-named', 'an event comes again without the name of its debate'],
  'consensus-both-ways': ['content.end', 'consensus-contradicted', 'a consensus is first denied and then announced'],
  'confidence-of-1.7': ['content.end', 'impossible-value', 'a consensus is reached with a confidence of 1.7'],
  'end-after-an-hour': ['content.end', 'end-contradicted', 'the end gives a duration of an hour'],
  'end-of-other-rounds': ['content.end', 'end-contradicted', 'the end gives another number of rounds'],
  'message-after-the-end': ['websocket.order', 'message-after-end', 'an agent speaks after the end'],
  'nothing-after-the-first-message': ['content.progress', 'silent', 'nothing comes after the first message'],
};

const events = (Object.keys(EVENTS) as EventLie[]).map((how): Break => {
  const [finding, shows, what] = EVENTS[how];
  // Such a debate has no first message either, so many of them would be slow agents too.
  const pick = how === 'start-of-another-debate' ? ONE : SOME;
  return {
    name: `content.debate.${how}`,
    description: `in one debate${pick === ONE ? '' : ' of five'}, ${what}`,
    finding,
    shows,
    dominant: 'health',
    patch: { sockets: [{ kind: 'events', how, pick }] },
  };
});

export const CONTENT_BREAKS: readonly Break[] = [...answers, ...events];

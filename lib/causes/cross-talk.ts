/** What belongs to one debate reaches those who follow another one. */
import { countText, plural } from '../core/numbers.ts';
import { type SampleOutcome, sampleOutcome } from '../core/sample-outcome.ts';
import { evidenceOf } from '../systems/evidence.ts';
import type { ProbesObservation, SubscriberSeen } from '../systems/probes/observation.ts';
import type { CauseFacts, KnownCause } from './known.ts';
import { countOf, failedKinds, objectivesOf, type Such } from './samples.ts';

/** Each can only be seen where something of another debate came. That a text repeats one is none of these: a server may simply have few. */
const OF_ANOTHER: readonly SampleOutcome[] = [
  'event-of-another-debate',
  'sync-of-another-debate',
  'another-question',
  'text-of-another',
  'entry-of-another',
];
const isOfAnother: Such = (outcome) => OF_ANOTHER.some((one) => one === outcome);

export const crossTalk: KnownCause = {
  id: 'cross-talk',
  look: (facts) => {
    const kinds = failedKinds([...facts.input.recording.endpoints.values()], isOfAnother);
    const probed = probedEvents(facts);
    const [first, ...rest] = [
      ...kinds.map(([outcome, count]) => ({ label: sampleOutcome(outcome).words, value: `×${countText(count)}` })),
      ...(probed === 0
        ? []
        : [{ label: 'after the load', value: `${plural(probed, 'event')} of another debate reached a subscriber` }]),
    ];
    if (first === undefined) return undefined;
    const seen = countOf(kinds) + probed;
    return {
      summary: `debates are mixed up: ${plural(seen, 'time')}, what belongs to one debate came to those who follow another`,
      evidence: [first, ...rest],
      explains: [...objectivesOf(facts, isOfAnother), ...(probed > 0 ? [SUBSCRIBERS] : [])],
      advice:
        'look at how the server chooses to whom it sends an event: by the debate, and not by the connection or the loop',
    };
  },
};

const SUBSCRIBERS = 'probes.subscribers';

function probedEvents({ input }: CauseFacts): number {
  const probes = evidenceOf<ProbesObservation>(input.observations, 'probes');
  if (probes?.status !== 'collected' || !('id' in probes.debate)) return 0;
  const { otherId, first, second } = probes.debate;
  const eventsOf = (one: typeof first): SubscriberSeen['events'] => ('events' in one ? one.events : []);
  return [...eventsOf(first), ...eventsOf(second)].filter(({ of }) => of === otherId).length;
}

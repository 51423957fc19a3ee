/**
 * Connections wait for a repeated SYN. Where the server's queue of new connections is full, the kernel drops the first packet of the next
 * ones, and the client's kernel sends it again after whole seconds: so the times to connect come in steps.
 */
import { countText, percentText, plural } from '../core/numbers.ts';
import type { EndpointRecording, LatencyHistogram } from '../core/recording.ts';
import { tcpConnect } from '../journeys/kept.ts';
import type { CauseFacts, KnownCause } from './known.ts';

/** When Linux repeats the first packet, s: doubling from 1 on, since Linux 6.5 every second at first. */
const STEPS_SEC = [1, 2, 3, 4, 5, 7, 9, 15];
/** A repeated packet arrives a little after its step. */
const [EARLY_SEC, LATE_SEC] = [0.02, 0.25];
/** Below this no packet was repeated. */
const SLOW_SEC = 0.5;
/** Of the slow ones, so many lie on a step. A slow network has them anywhere. */
const MOST_ON_STEPS = 0.9;
const LEAST_SLOW = 8;

export const fullQueue: KnownCause = {
  id: 'full-queue',
  look: (facts) => {
    const connects = facts.input.recording.endpoints.get(tcpConnect.name)?.total;
    if (connects === undefined) return undefined;
    const slow = slowIn(connects);
    const onSteps = STEPS_SEC.map((step) => [step, slow.filter(isOn(step)).reduce(addUp, 0)] as const).filter(
      ([, count]) => count > 0,
    );
    const [all, onAny] = [slow.reduce(addUp, 0), onSteps.reduce((sum, [, count]) => sum + count, 0)];
    if (all < LEAST_SLOW || onAny < MOST_ON_STEPS * all) return undefined;
    const steps = onSteps.map(([step, count]) => `${step} s ×${countText(count)}`).join(', ');
    return {
      summary: `${percentText(all / connects.count)} of ${plural(connects.count, 'connection')} took whole seconds to open, because their first packet had to be repeated: the server's queue of new connections is full, or packets get lost on the way`,
      evidence: [{ label: 'times to connect', value: `${steps}, of ${plural(all, 'slow one')}` }],
      explains: slowObjectives(facts, all),
      advice:
        'accept connections faster, or let more of them wait: the listen backlog of the server, and net.core.somaxconn of its machine',
    };
  },
};

type Bucket = ReturnType<LatencyHistogram['buckets']>[number];

function slowIn(histogram: LatencyHistogram): Bucket[] {
  return histogram.buckets().filter(({ valueUs }) => valueUs >= SLOW_SEC * 1e6);
}

function isOn(step: number): (bucket: Bucket) => boolean {
  return ({ valueUs }) => valueUs >= (step - EARLY_SEC) * 1e6 && valueUs <= (step + LATE_SEC) * 1e6;
}

function addUp(sum: number, { count }: { readonly count: number }): number {
  return sum + count;
}

/** Latencies of which at least half of the bad samples are slow enough, if slow connections are enough for half of all that are. */
function slowObjectives({ findings, input, inputOf }: CauseFacts, slowConnects: number): string[] {
  const latencies = input.plan.objectives.flatMap((one) => (one.kind === 'latency' ? [one] : []));
  const slowOf = (one: EndpointRecording | undefined) => (one === undefined ? 0 : slowIn(one.total).reduce(addUp, 0));
  const endpoints = new Set(latencies.map(({ endpoint }) => endpoint));
  const slow = [...endpoints].reduce((sum, endpoint) => sum + slowOf(input.recording.endpoints.get(endpoint)), 0);
  if (2 * slowConnects < slow) return [];
  return findings.flatMap((finding) => {
    const objective = latencies.find(({ id }) => id === finding.id);
    if (objective === undefined || finding.status === 'pass') return [];
    const own = slowOf(inputOf(finding.phase).recording.endpoints.get(objective.endpoint));
    return own > 0 && 2 * own >= finding.bad ? [finding.id] : [];
  });
}

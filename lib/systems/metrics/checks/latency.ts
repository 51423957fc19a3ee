/**
 * Compares the server's latency histogram with the clients' own. latency-rows.ts puts them side by side.
 *
 * Why this is sound: a server times a request within the client's time, so server ≤ client + slack for each request (slack: what the
 * server still does after its answer has left, and the precision of the clients' histogram). Then, for every bucket bound b:
 *   1. At least as many server times lie at or below b as client times at or below b − slack, because in sorted order the k-th server
 *      time is ≤ the k-th client time; 5 % of them may be interrupted between their answer and their look at the clock. This is also true with failed requests and traffic of others, which only add to the server's side.
 *   2. The differences client − server + slack ≥ 0 add up to D = Σ client − Σ server + n·slack over the n requests. So at most D / t
 *      requests spend more than t outside the server (Markov), and at least (clients over b + t) − D / t server times are over b, for any
 *      t. This needs the same requests on both sides, so it is left out when the counts differ.
 * A few latencies of clients are too short (too-short.ts): they may contradict the server in the first, and are missing from D in the second.
 * A percentile that breaks one of them lies in a bucket where it can't be. A server that shortens its buckets and its sum in the same way
 * passes: the missing time may have been the network's.
 */
import type { ClientServerPercentile } from '../../../core/comparison.ts';
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, digitsText, msText, plural } from '../../../core/numbers.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { above, below } from '../../bounds.ts';
import { lacking, openByOthers, property } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import { excuseOf, isSumExcused, missingSec, TOO_SHORT } from '../../too-short.ts';
import type { MetricSignal } from '../signals.ts';
import { infoOfMetric, type MetricCheck, type MetricFacts, type OfMetric } from './facts.ts';
import { contradictionsIn } from './histograms.ts';
import { type Compared, compared, latencyRows, PRECISION } from './latency-rows.ts';

/** Where to cut off the network's share, in seconds: any t gives a sound bound, so several are tried. */
const CUTS_SEC = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

export function latencyChecks(signal: MetricSignal): MetricCheck[] {
  return [checkOf(infoOfMetric(signal, PERCENTILES), judgePercentiles), checkOf(infoOfMetric(signal, MEAN), judgeMean)];
}

const PERCENTILES: OfMetric = {
  what: 'percentiles',
  subject: 'fits what clients measured',
  proves: 'puts as many requests below each bucket bound as the latencies of clients allow.',
  bounds: [below('clients', 'value')],
  section: 'clients-against-server',
};
const MEAN: OfMetric = {
  what: 'mean',
  subject: 'has a mean that fits the clients',
  proves: "has a mean that is above 0, and not above the clients'.",
  bounds: [above('clients', 'value')],
  section: 'clients-against-server',
};

interface Contradiction {
  readonly words: string;
  /** Whether clients may have measured only a part of these answers. */
  readonly isExcused: boolean;
}

/** What is impossible at one bound; null when nothing is. */
function contradiction(
  one: Compared,
  { le, count: atOrBelow }: Bucket,
  { contract, recording }: MetricFacts,
): Contradiction | null {
  const { counts, clients, server } = one;
  const slackSec = contract.clockSlackMs / 1000 + le * PRECISION;
  const lost = Math.max(0, counts.answered - server.count);
  const sureBelow = clients.count - clients.countOverUs(Math.max(0, (le - slackSec) * 1e6));
  if (isSurelyFewer(atOrBelow + lost, sureBelow)) {
    const contradicting = { bad: sureBelow - atOrBelow - lost, samples: clients.count, leastMs: le * 1000 };
    const excuse = excuseOf(contradicting, recording);
    const words = `${countText(sureBelow)} answers reached clients within ${secText(le)}, but the server counts only ${countText(atOrBelow)}`;
    if (excuse !== 'few') return { words, isExcused: excuse !== null };
  }
  const words = tooFewOver(one, { le, count: atOrBelow }, contract);
  return words === null ? null : { words, isExcused: false };
}

type Bucket = Compared['server']['buckets'][number];

function tooFewOver(
  { counts, clients, clientSumSec, server }: Compared,
  { le, count: atOrBelow }: Bucket,
  { clockSlackMs }: MetricFacts['contract'],
): string | null {
  if (server.count !== counts.answered || counts.unsure > 0) return null;
  const slackSec = clockSlackMs / 1000 + le * PRECISION;
  const mostSec = clientSumSec + missingSec(clientSumSec, clients);
  const outsideSec = mostSec - server.sum + server.count * (clockSlackMs / 1000);
  const over = server.count - atOrBelow;
  for (const cut of CUTS_SEC) {
    const sureOver = clients.countOverUs((le + cut + slackSec) * 1e6) - outsideSec / cut;
    if (over + 1e-6 < sureOver) {
      return `by its own sum at least ${countText(Math.ceil(sureOver))} took longer than ${secText(le)}, but its buckets say ${countText(over)}`;
    }
  }
  return null;
}

/** A busy server may be interrupted between its answer and its look at the clock. */
const INTERRUPTED_SHARE = 0.05;
const CONFIDENCE = 0.95;

function isSurelyFewer(counted: number, sure: number): boolean {
  const bad = Math.max(0, Math.min(sure, sure - counted));
  return bad > 0 && clopperPearson({ bad, samples: sure, confidence: CONFIDENCE }).lower > INTERRUPTED_SHARE;
}

function secText(seconds: number): string {
  return seconds < 1 ? msText(seconds * 1000) : `${digitsText(seconds, 3)} s`;
}

/** Why durations can't be compared; null when they can. */
function obstacleTo(check: CheckInfo, all: readonly Compared[], facts: MetricFacts): Finding | null {
  if (contradictionsIn({ name: facts.signals.requestDuration }, facts).length > 0) {
    return lacking(check, 'inconclusive', 'the histogram contradicts itself');
  }
  if (all.length === 0) return lacking(check, 'no-data', "no endpoint has both clients' latencies and the server's");
  return facts.restarts.length > 0 ? lacking(check, 'inconclusive', 'the server was restarted during the load') : null;
}

function judgePercentiles(check: CheckInfo, facts: MetricFacts): Finding {
  const all = compared(facts);
  const obstacle = obstacleTo(check, all, facts);
  if (obstacle !== null) return obstacle;
  if (comparable(all).some((one) => isImpossible(one, facts))) {
    return lacking(
      check,
      'inconclusive',
      "the server's sum of durations is impossible, so its buckets can't be right either",
    );
  }
  const finite = all.flatMap((one) =>
    one.server.buckets.filter(({ le }) => le !== Infinity).map((bucket) => ({ one, bucket })),
  );
  const bounds = finite.length;
  const problems = finite.flatMap(({ one, bucket }) => {
    const problem = contradiction(one, bucket, facts);
    return problem === null ? [] : [{ ...problem, label: `${one.counts.method} ${one.counts.path}` }];
  });
  const sure = problems.filter(({ isExcused }) => !isExcused);
  const bad = sure.length;
  const evidence: Evidence[] = (bad > 0 ? sure : problems)
    .slice(0, 4)
    .map(({ label, words }) => ({ label, value: words }));
  if (bad === 0 && problems.length > 0)
    return lacking(check, 'inconclusive', `${problems[0]?.words}: ${TOO_SHORT}`, evidence);
  const table = latencyRows(facts).flatMap(({ endpoint, percentiles }) =>
    percentiles.map((row) => rowText(endpoint, row)),
  );
  return property(check, {
    samples: bounds,
    bad,
    summary:
      bad === 0
        ? `at ${plural(bounds, 'bucket bound')} of ${plural(all.length, 'endpoint')} the server's times fit the clients'`
        : `at ${countText(bad)} of ${plural(bounds, 'bucket bound')} the server's times can't be those of the requests that clients sent`,
    evidence: [...evidence, ...table],
  });
}

function rowText(endpoint: string, row: ClientServerPercentile): Evidence {
  const { percentile, clientMs, serverFromMs, serverToMs } = row;
  const to = serverToMs === null ? '+Inf' : msText(serverToMs);
  return {
    label: `${endpoint} p${percentile}`,
    value: `clients ${clientMs === null ? 'none' : msText(clientMs)}, server in (${msText(serverFromMs)}, ${to}]`,
  };
}

/** Σ server ≤ Σ client + n·slack, because the server's requests are among the clients'. A sum of zero is not a measurement. */
function judgeMean(check: CheckInfo, facts: MetricFacts): Finding {
  const all = compared(facts);
  const obstacle = obstacleTo(check, all, facts);
  if (obstacle !== null) return obstacle;
  const own = comparable(all);
  if (own.length === 0)
    return openByOthers(check, "requests of others are among the server's, so sums can't be compared");
  const impossible = own.filter((one) => isImpossible(one, facts));
  const seenWhole = impossible.filter((one) => !isStoodStill(one, facts));
  const bad = seenWhole.filter((one) => !isByInterruptions(one, facts));
  if (bad.length === 0 && impossible.length > 0)
    return lacking(check, 'inconclusive', `below the server's: ${seenWhole.length === 0 ? TOO_SHORT : INTERRUPTED}`);
  return property(check, {
    samples: own.length,
    bad: bad.length,
    summary:
      bad.length === 0
        ? `above 0 and below the clients' on all of ${plural(own.length, 'endpoint')}`
        : `impossible on ${countText(bad.length)} of ${plural(own.length, 'endpoint')}${unitHint(bad)}`,
    evidence: (bad.length > 0 ? bad : own).map(({ counts, server, clientSumSec }) => ({
      label: `${counts.method} ${counts.path}`,
      value: `clients' mean ${msText((clientSumSec / (counts.answered + counts.unsure)) * 1000)}, server's ${msText((server.sum / server.count) * 1000)}`,
    })),
  });
}

/** If requests of others are among the server's, sums can't be compared. */
function comparable(all: readonly Compared[]): Compared[] {
  return all.filter(({ server, counts }) => server.count <= counts.answered + counts.unsure);
}

function isImpossible(one: Compared, facts: MetricFacts): boolean {
  // Not `>`: NaN is not more.
  return one.server.sum <= 0 || !(one.server.sum <= mostSecOf(one, facts));
}

/** No more than this all answers together can have taken in the server, by what clients waited. */
function mostSecOf({ server, clients, clientSumSec }: Compared, { contract }: MetricFacts): number {
  const wholeSec = clientSumSec * (1 + PRECISION) + missingSec(clientSumSec, clients);
  return wholeSec + (server.count * contract.clockSlackMs) / 1000;
}

const INTERRUPTED = 'a busy server may be interrupted between its answer and its look at the clock';

/** Whether a few of the server's times, its longest, may be so long that the others are possible. By their buckets, whose bounds are known. */
function isByInterruptions(one: Compared, facts: MetricFacts): boolean {
  const { buckets, count, sum } = one.server;
  if (!(sum > 0)) return false;
  let [left, longestSec, othersSec] = [mostInterrupted(count), 0, 0];
  for (const [at, { le, count: atOrBelow }] of [...buckets.entries()].reverse()) {
    const { le: from = 0, count: below = 0 } = buckets[at - 1] ?? {};
    const longest = Math.min(left, atOrBelow - below);
    left -= longest;
    if (longest > 0) longestSec += longest * le;
    othersSec += (atOrBelow - below - longest) * from;
  }
  return Math.max(sum - longestSec, othersSec) <= mostSecOf(one, facts);
}

/** Of so many times, as many as do not prove that more than the share are interrupted. */
function mostInterrupted(samples: number): number {
  let [least, most] = [0, samples];
  while (least < most) {
    const bad = Math.ceil((least + most) / 2);
    if (isSurelyFewer(samples - bad, samples)) most = bad - 1;
    else least = bad;
  }
  return least;
}

/** Whether clients may have measured parts of the answers only, so that their sum is less than the server's. */
function isStoodStill({ server, clientSumSec: sumSec }: Compared, { recording }: MetricFacts): boolean {
  const meanMs = (server.sum / server.count) * 1000;
  return server.sum > 0 && isSumExcused({ sumSec, lackingSec: server.sum - sumSec, meanMs }, recording);
}

/** A factor of a thousand means a wrong unit. */
function unitHint(bad: readonly Compared[]): string {
  const isThousandfold = bad.every(({ server, clientSumSec }) => server.sum > 30 * clientSumSec);
  return isThousandfold ? ': milliseconds recorded as seconds?' : '';
}

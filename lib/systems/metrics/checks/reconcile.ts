/**
 * Compares the server's counts with the clients': requests and failures; and the server's histogram with its own counter. rows.ts puts them
 * side by side.
 */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { both } from '../../bounds.ts';
import { lacking, openByOthers, property } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { MetricSignal, MetricSignals } from '../signals.ts';
import { uncountable } from './countable.ts';
import { infoOfMetric, type MetricCheck, type MetricFacts, type OfMetric } from './facts.ts';
import { contradictionsIn } from './histograms.ts';
import {
  isFailure,
  misfiledFailures,
  multiple,
  type ReconciledEndpoint,
  reconciled,
  type Stray,
  strays,
} from './rows.ts';
import { increaseOf, locationOf, seriesOf, seriesText } from './series.ts';
import { impossibleStep } from './steps.ts';

const SHOWN = 6;

export function reconcileChecks(signals: MetricSignals): MetricCheck[] {
  const signal = (name: string) => signals.metrics.find((one) => one.name === name);
  const [counter, duration] = [signal(signals.requestCounter), signal(signals.requestDuration)];
  const againstClients = (one: MetricSignal, own: OfMetric): CheckInfo =>
    infoOfMetric(one, { ...own, section: 'clients-against-server' });
  return [
    ...(counter === undefined
      ? []
      : [
          checkOf(againstClients(counter, EQUAL), judgeRequests),
          checkOf(againstClients(counter, FAILURES), judgeFailures),
        ]),
    ...(duration === undefined
      ? []
      : [checkOf(againstClients(duration, { ...COUNT, relates: [signals.requestCounter] }), judgeHistogramCount)]),
  ];
}

const EQUAL: OfMetric = {
  what: 'reconciles',
  subject: 'equals what clients counted',
  proves: 'grew by exactly the answers that clients counted, per endpoint, method and status, and under no other.',
  bounds: [both('clients', 'value', 'labels')],
  throughFaults: true,
};
const FAILURES: OfMetric = {
  what: 'failures',
  subject: 'counts the failures that clients saw',
  proves: 'counts every 5xx answer that clients saw as 5xx.',
  besideClients: true,
  throughFaults: true,
};
const COUNT: OfMetric = {
  what: 'count',
  subject: 'counts as many as the counter',
  proves: 'counts as many requests as the request counter, per method and endpoint.',
  bounds: [both('metrics', 'count', 'value', 'labels')],
};

const COUNTER_LABELS = ['method', 'endpoint', 'status'];
const DURATION_LABELS = ['method', 'endpoint'];

function judgeRequests(check: CheckInfo, facts: MetricFacts): Finding {
  const obstacle = uncountable(facts, facts.signals.requestCounter, '', COUNTER_LABELS);
  if (obstacle !== null) return lacking(check, obstacle.status, obstacle.summary);
  const endpoints = reconciled(facts);
  const answered = endpoints.reduce((sum, { counts }) => sum + counts.answered, 0);
  if (answered === 0) return lacking(check, 'no-data', 'no request of the load was answered');
  const misfiled = endpoints.reduce((sum, one) => sum + misfiledFailures(one), 0);
  const lost = endpoints.reduce((sum, one) => sum + one.lost, 0) - misfiled;
  const others = strays(facts);
  const strange = others.reduce((sum, { count }) => sum + count, 0);
  const surplus = endpoints.reduce((sum, one) => sum + one.surplus, 0) - misfiled + strange;
  const unsure = endpoints.reduce((sum, { counts }) => sum + counts.unsure, 0);
  const evidence = [...strayEvidence(others), ...rowEvidence(endpoints, lost + surplus > 0)];
  const unanswered =
    unsure === 0 ? '' : `; ${countText(unsure)} more never got a complete answer, and may be counted or not`;
  if (lost + surplus === 0 && misfiled > 0) {
    const summary = `all of ${plural(answered, 'answered request')} are counted, but ${countText(misfiled)} that failed under another status`;
    return lacking(check, 'inconclusive', summary, rowEvidence(endpoints, true));
  }
  if (lost + surplus === 0) {
    return property(check, {
      samples: answered,
      bad: 0,
      summary: `all of ${plural(answered, 'answered request')} are counted, and no other${unanswered}`,
      evidence,
    });
  }
  if (lost > 0 && !facts.observed.settled && surplus === 0) {
    return lacking(
      check,
      'inconclusive',
      `${countText(lost)} not counted yet, and the numbers were still changing`,
      evidence,
    );
  }
  const isBehindFaults = facts.load.faults !== undefined;
  const summary = `${mismatchText({ lost, surplus, endpoints, isBehindFaults })}${unanswered}`;
  if (lost === 0 && !facts.exclusive && multiple(endpoints) === null) return openByOthers(check, summary, evidence);
  return property(check, { samples: answered, bad: lost + surplus, summary, evidence });
}

interface Mismatch {
  readonly lost: number;
  readonly surplus: number;
  readonly endpoints: readonly ReconciledEndpoint[];
  /** The layer of faults counted what was sent on to the server, whatever clients sent again. */
  readonly isBehindFaults: boolean;
}

function mismatchText({ lost, surplus, endpoints, isBehindFaults }: Mismatch): string {
  const times = multiple(endpoints);
  if (times !== null) return `each request is counted ${times} times: ${countText(surplus)} too many`;
  const parts = [
    ...(lost > 0
      ? [`${countText(lost)} that clients counted are not counted under their endpoint, method and status`]
      : []),
    ...(surplus > 0
      ? [
          isBehindFaults
            ? `${countText(surplus)} are counted beyond those that were sent on to the server: something asks it again (a retry storm), traffic of others, or double counting`
            : `${countText(surplus)} are counted that are not the load's: traffic of others, or double counting`,
        ]
      : []),
  ];
  return parts.join('; ');
}

function strayEvidence(others: readonly Stray[]): Evidence[] {
  return others
    .slice(0, SHOWN)
    .map(({ series, count }) => ({ label: seriesText(series), value: `${countText(count)}, and nobody sent any` }));
}

function rowEvidence(endpoints: readonly Pick<ReconciledEndpoint, 'rows'>[], onlyDifferent: boolean): Evidence[] {
  const rows = endpoints.flatMap((one) => one.rows).filter((row) => !onlyDifferent || row.clients !== row.server);
  return rows.slice(0, SHOWN).map(({ method, path, status, clients, server }) => ({
    label: `${method} ${path} ${status}`,
    value: `clients ${countText(clients)}, server ${countText(server)}`,
  }));
}

function judgeFailures(check: CheckInfo, facts: MetricFacts): Finding {
  const obstacle = uncountable(facts, facts.signals.requestCounter, '', COUNTER_LABELS);
  if (obstacle !== null) return lacking(check, obstacle.status, obstacle.summary);
  const perEndpoint = reconciled(facts).map(({ rows }) => rows.filter(isFailure));
  const sums = perEndpoint.map((rows) => ({
    clients: rows.reduce((sum, row) => sum + row.clients, 0),
    server: rows.reduce((sum, row) => sum + row.server, 0),
  }));
  const seen = sums.reduce((sum, { clients }) => sum + clients, 0);
  const hidden = sums.reduce((sum, { clients, server }) => sum + Math.max(0, clients - server), 0);
  if (seen === 0) return property(check, { samples: 1, bad: 0, summary: 'clients saw no 5xx answer' });
  return property(check, {
    samples: seen,
    bad: hidden,
    summary:
      hidden === 0
        ? `all of ${plural(seen, '5xx answer')} that clients saw are counted as 5xx`
        : `${countText(hidden)} of ${plural(seen, '5xx answer')} that clients saw are not counted as 5xx`,
    evidence: rowEvidence(
      perEndpoint.map((rows) => ({ rows })),
      false,
    ),
  });
}

/** Both count the same requests, also those of other callers, so they agree for each method and endpoint. */
function judgeHistogramCount(check: CheckInfo, facts: MetricFacts): Finding {
  const { signals } = facts;
  const obstacle =
    uncountable(facts, signals.requestCounter, '', COUNTER_LABELS) ??
    uncountable(facts, signals.requestDuration, '_count', DURATION_LABELS);
  if (obstacle !== null) return lacking(check, obstacle.status, obstacle.summary);
  if (contradictionsIn({ name: signals.requestDuration }, facts).length > 0) {
    return lacking(check, 'inconclusive', 'the histogram contradicts itself');
  }
  const [counted, timed] = [tally(facts, signals.requestCounter, ''), tally(facts, signals.requestDuration, '_count')];
  const keys = [...new Set([...counted.keys(), ...timed.keys()])].sort();
  const different = keys.filter((key) => (counted.get(key) ?? 0) !== (timed.get(key) ?? 0));
  const samples = [...counted.values()].reduce((sum, count) => sum + count, 0);
  const bad = different.reduce((sum, key) => sum + Math.abs((counted.get(key) ?? 0) - (timed.get(key) ?? 0)), 0);
  const doubt = bad === 0 ? null : doubtOfDifference(facts);
  if (doubt !== null) return lacking(check, 'inconclusive', `they differ by ${countText(bad)}, and ${doubt}`);
  return property(check, {
    samples,
    bad,
    summary:
      bad === 0
        ? `both counted ${plural(samples, 'request')}, the same for each method and endpoint`
        : `they differ by ${countText(bad)} over ${plural(different.length, 'method and endpoint')}`,
    evidence: different.slice(0, SHOWN).map((key) => ({
      label: key,
      value: `counter ${countText(counted.get(key) ?? 0)}, histogram ${countText(timed.get(key) ?? 0)}`,
    })),
  });
}

/** Why a difference is no proof that requests are missing in the histogram; null: it is one. */
function doubtOfDifference(facts: MetricFacts): string | null {
  const { signals, observed } = facts;
  if (!observed.settled) return 'the numbers were still changing';
  const isUnlikeClients =
    strays(facts).length > 0 || reconciled(facts).some((one) => one.lost + one.surplus > 2 * misfiledFailures(one));
  if (facts.exclusive && isUnlikeClients) return 'the counter differs from the clients, too';
  // The harness asks on while the numbers come to rest. A number that shows those requests later seems to rest before it does.
  const late = [signals.requestCounter, signals.requestDuration]
    .flatMap((name) => signals.metrics.filter((signal) => signal.name === name))
    .find((signal) => impossibleStep(signal, facts) !== null);
  return late === undefined ? null : `${late.name} is not in step with clients`;
}

/** Increases by method and endpoint. */
function tally({ observed, contract }: MetricFacts, name: string, suffix: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const series of seriesOf(observed, locationOf(contract, name), suffix)) {
    const key = `${series.labels['method'] ?? ''} ${series.labels['endpoint'] ?? ''}`;
    sums.set(key, (sums.get(key) ?? 0) + increaseOf(series, observed.atMs.length));
  }
  return sums;
}

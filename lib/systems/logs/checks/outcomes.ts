/** The checks that lines fit what happened: their levels, and that none is there twice. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { sampleOutcome } from '../../../core/sample-outcome.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { above, boundsOf } from '../../bounds.ts';
import { findingOf, lacking, property, unasked } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { LoggedRequest, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { everyLineCheck, from, infoOf, type LogCheck, type LogFacts, lineCheck } from './frame.ts';
import { strangersOf } from './strangers.ts';

export function outcomeChecks(signals: LogSignals): LogCheck[] {
  const fit = infoOf({
    id: 'levels.outcomes',
    subject: 'levels fit what happened',
    proves:
      'A request that failed has a line that says so, and one that succeeded has no line with the level of a failure.',
    source: signals.levels.source,
    bounds: boundsOf(signals.levelField, above('clients', 'content')),
    throughFaults: true,
  });
  const once = infoOf({
    id: 'once',
    subject: 'no line twice',
    proves: 'No line of a request is in the log twice.',
    source: signals.traceIdSource,
    bounds: boundsOf('lines', above('clients', 'count')),
  });
  return [
    lineCheck(fit, (check, observed, facts) => judgeOutcomes(check, observed, facts, signals)),
    everyLineCheck(once, judgeTwins),
  ];
}

const SERVER_ERROR = 500;
/** A failure that was handled may be a line of a good request, and a line may be lost. */
const WRONG_SHARE = 0.05;
const CONFIDENCE = 0.95;
const MOST = 0.5;
const SHOWN = 3;

function judgeOutcomes(check: CheckInfo, observed: LogsObserved, facts: LogFacts, { levels }: LogSignals): Finding {
  const { ofFailure = [], ofTrouble = [] } = levels;
  if (observed.requests === undefined || ofFailure.length === 0)
    return unasked(check, 'the levels of single requests were not observed', from(observed));
  const { known, unnamed, failed } = knownRequests(observed.requests, facts);
  const good = [...known, ...unnamed];
  const isAlarming = (one: LoggedRequest) => one.levels.some((level) => ofFailure.includes(level));
  const alarming = good.filter(isAlarming);
  const silent = failed.filter((one) => !one.levels.some((level) => ofTrouble.includes(level)));
  const samples = good.length + failed.length;
  if (samples === 0)
    return lacking(check, 'no-data', 'no line has the trace id of a request that is known', from(observed));
  const alarmed = [known, unnamed].map((some) => shareOf(some.filter(isAlarming).length, some.length));
  const silenced = shareOf(silent.length, failed.length);
  // Something unusual may happen to a good request, but not to most, and then other lines are about what is usual.
  const isUnusual = ({ levels: seen }: LoggedRequest) =>
    seen.length > 0 && seen.every((level) => ofTrouble.includes(level));
  const unusual = good.filter((one) => isUnusual(one) && !isAlarming(one));
  const isMostly = unusual.length > MOST * good.length;
  const ofGood = plural(good.length, 'good request');
  const ofFailed = plural(failed.length, 'failed request');
  const problems = [
    ...countedIf(alarming.length > 0, alarming, `${ofGood} with a line of level ${ofFailure.join(' or ')}`),
    ...countedIf(isMostly, unusual, `${ofGood} with no line of a lower level than ${ofTrouble[0] ?? ''}`),
    ...countedIf(silent.length > 0, silent, `${ofFailed} without a line of level ${ofTrouble.join(', ')}`),
  ];
  const bad = alarming.length + silent.length + (isMostly ? unusual.length : 0);
  const fit = `the levels fit ${ofGood} and ${plural(failed.length, 'failed one')}`;
  return findingOf(check, {
    status: worst(...alarmed, silenced, isMostly ? 'fail' : 'pass'),
    actual: bad,
    margin: bad === 0 ? 0 : -bad / samples,
    samples,
    bad,
    summary: problems.length === 0 ? fit : problems.join('; '),
    evidence: [...from(observed), ...[...alarming, ...silent].slice(0, SHOWN).map(levelsOf)],
  });
}

interface KnownRequests {
  /** Clients saw each of their answers, and all of them were good. */
  readonly known: readonly LoggedRequest[];
  /** Without a trace id that clients know, and surely good. */
  readonly unnamed: readonly LoggedRequest[];
  readonly failed: readonly LoggedRequest[];
}

function knownRequests(logged: readonly LoggedRequest[], facts: LogFacts): KnownRequests {
  const outcomes = outcomesOf(facts);
  const of = (isWanted: (some: readonly string[]) => boolean): LoggedRequest[] =>
    logged.filter(({ traceId }) => isWanted(outcomes.get(traceId) ?? []));
  return {
    known: of((some) => some.length > 0 && some.every((outcome) => outcome === 'ok')),
    unnamed: strangersOf(facts).flatMap(({ request, seen }) => (seen?.failed === false ? [request] : [])),
    failed: of((some) => some.some((outcome) => (sampleOutcome(outcome).status ?? 0) >= SERVER_ERROR)),
  };
}

function levelsOf({ traceId, levels, error }: LoggedRequest): Evidence {
  return { label: levels.join(', '), value: error === undefined ? traceId : `${traceId}: ${error}` };
}

function countedIf(isSo: boolean, those: readonly unknown[], words: string): string[] {
  return isSo ? [`${countText(those.length)} of ${words}`] : [];
}

type Decided = 'pass' | 'fail' | 'inconclusive';

function shareOf(bad: number, samples: number): Decided {
  if (bad === 0) return 'pass';
  if (clopperPearson({ bad, samples, confidence: CONFIDENCE }).lower > WRONG_SHARE) return 'fail';
  return bad / samples <= WRONG_SHARE ? 'pass' : 'inconclusive';
}

function worst(...all: readonly Decided[]): Decided {
  return all.find((one) => one === 'fail') ?? all.find((one) => one === 'inconclusive') ?? 'pass';
}

/** Of each looked-up request: an arrival may have several samples. */
function outcomesOf({ recording }: LogFacts): Map<string, string[]> {
  const outcomes = new Map<string, string[]>();
  for (const { traces } of recording.endpoints.values()) {
    for (const { traceId, outcome } of traces) outcomes.set(traceId, [...(outcomes.get(traceId) ?? []), outcome]);
  }
  return outcomes;
}

/** A shipper that gets no answer sends again, so only the server's own log is judged. */
function judgeTwins(check: CheckInfo, observed: LogsObserved): Finding {
  if (observed.twins === undefined) return unasked(check, 'lines were not compared', from(observed));
  if (observed.source !== 'direct')
    return unasked(check, `a line may be shipped to ${observed.source} twice`, from(observed));
  const { count, examples } = observed.twins;
  const told = (observed.requests ?? []).filter(({ said }) => said.path?.length === 1 && said.status?.length === 1);
  const again = told.filter(({ answers = 0 }) => answers > 1);
  if (count === 0 && shareOf(again.length, told.length) === 'fail')
    return property(check, {
      samples: told.length,
      bad: again.length,
      summary: `${countText(again.length)} of ${plural(told.length, 'request')} with two lines of one place in the source that say its status`,
      evidence: [...from(observed), ...again.slice(0, 3).map(({ traceId }) => ({ label: 'trace', value: traceId }))],
    });
  const summary =
    count === 0
      ? `none of ${plural(observed.lines, 'line')}`
      : `${plural(count, 'line')} of ${countText(observed.lines)} with the text of another one of the same request`;
  return property(check, { samples: observed.lines, bad: count, summary, evidence: from(observed, examples) });
}

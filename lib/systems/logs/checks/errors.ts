/** The check that the log has no errors while all goes well: neither about a request that its client saw answered well, nor beside them. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { failedCount } from '../../../core/recording.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { lacking, openByOthers, property, unasked } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { LogErrors, LoggedRequest, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { everyLineCheck, from, infoOf, type LogCheck, type LogFacts } from './frame.ts';

/** The document says what an ERROR is, and not that there is none of something that the server handled itself: so it does not gate. */
export function errorsCheck({ levels }: LogSignals): LogCheck {
  const ofFailure = levels.ofFailure ?? [];
  const info = infoOf({
    id: 'levels.errors',
    subject: 'no errors while nothing fails',
    proves: `No line of a good request has the level ${ofFailure.join(' or ')}, nor has one beside the requests while none fails.`,
    source: levels.source,
    gating: false,
  });
  return everyLineCheck({ ...info, besideClients: true }, (check, observed, facts) =>
    judgeErrors(check, observed, facts, ofFailure),
  );
}

function judgeErrors(check: CheckInfo, observed: LogsObserved, facts: LogFacts, ofFailure: readonly string[]): Finding {
  const { errors, levels, lines } = observed;
  if (errors === undefined || ofFailure.length === 0)
    return unasked(check, 'lines with the level of a failure were not looked at', from(observed));
  if (Object.keys(levels).length === 0) return lacking(check, 'no-data', 'no line has a level', from(observed));
  const { good, open } = sorted(errors, observed, facts);
  const bad = count(good);
  const words = (some: readonly Errors[]) =>
    some.map((one) => `${plural(one.count, 'line')} of level ${ofFailure.join(' or ')} ${one.words}`).join('; ');
  const evidence = [...from(observed), ...[...good, ...open].flatMap((one) => one.evidence)];
  if (bad > 0) {
    const summary = `${words(good)}: something failed that no client saw, or the level is too high`;
    return property(check, { samples: lines, bad, summary, evidence });
  }
  if (count(open) > 0) {
    const isByOthers = !facts.exclusive && errors.undated === 0 && !hasFailure(facts);
    return isByOthers
      ? openByOthers(check, words(open), evidence)
      : lacking(check, 'inconclusive', words(open), evidence);
  }
  const ofFailed = count(Object.values(errors.ofLoad));
  const rest = ofFailed === 0 ? '' : `; ${countText(ofFailed)} are about requests of journeys in which some failed`;
  const summary = `none of ${plural(lines, 'line')} about good requests, or beside the requests, has such a level${rest}`;
  return property(check, { samples: lines, bad, summary, evidence });
}

/** Lines of one kind. */
interface Errors {
  readonly count: number;
  /** Continues after their level. */
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

/** `good`: while nothing failed that they can be about. `open`: they may be about something that failed, or that others did. */
function sorted(
  errors: LogErrors,
  observed: LogsObserved,
  facts: LogFacts,
): Readonly<Record<'good' | 'open', Errors[]>> {
  const failing = failingJourneys(facts);
  const clean = Object.entries(errors.ofLoad).filter(([journey]) => !failing.has(journey));
  const ofClean = clean.map(([, some]) => some);
  const known = goodWithError(observed, facts, failing);
  const besides = { count: errors.besides.count, evidence: messages(errors.besides.examples) };
  const isAllWell = facts.exclusive && !hasFailure(facts);
  const good: Errors[] = [
    {
      count: count(ofClean) + known.length,
      words: 'about requests that their clients saw answered well',
      evidence: [
        ...messages(ofClean.flatMap(({ examples }) => examples)),
        ...known.slice(0, SHOWN).map(({ traceId, error = '' }) => ({ label: `trace ${traceId}`, value: error })),
      ],
    },
    ...(isAllWell ? [{ ...besides, words: 'about no request of the load, while nothing failed' }] : []),
  ];
  const why = facts.exclusive ? 'some requests failed' : 'they may be about requests of others';
  const open: Errors[] = [
    ...(isAllWell ? [] : [{ ...besides, words: `about no request of the load, and ${why}` }]),
    { count: errors.undated, words: 'about no request of the load, without a readable time', evidence: [] },
  ];
  return { good: good.filter(isSome), open: open.filter(isSome) };
}

const SHOWN = 3;

function isSome({ count }: Errors): boolean {
  return count > 0;
}

function count(some: readonly { readonly count: number }[]): number {
  return some.reduce((sum, one) => sum + one.count, 0);
}

function messages(examples: LogErrors['besides']['examples']): Evidence[] {
  return examples.slice(0, SHOWN).map(({ line, problem, text }) => ({
    label: `line ${countText(line)}, ${problem}`,
    value: text,
  }));
}

function hasFailure({ recording }: LogFacts): boolean {
  return [...recording.endpoints.values()].some(({ seconds }) => seconds.some(({ failed }) => failedCount(failed) > 0));
}

/** Names of the journeys in which some sample failed: a line may be about that. */
function failingJourneys({ plan, recording }: LogFacts): ReadonlySet<string> {
  const hasFailed = (endpoint: string) =>
    (recording.endpoints.get(endpoint)?.seconds ?? []).some(({ failed }) => failedCount(failed) > 0);
  const failing = plannedJourneys(plan).filter(({ endpoints }) => endpoints.some(({ name }) => hasFailed(name)));
  return new Set(failing.map(({ name }) => name));
}

/** Looked-up requests of those journeys with such a line that went well themselves. */
function goodWithError(observed: LogsObserved, facts: LogFacts, failing: ReadonlySet<string>): LoggedRequest[] {
  // Then a line may be about another request than the one whose trace id it has.
  if (failing.size === 0 || (observed.ofOthers?.count ?? 0) > 0) return [];
  const outcomes = outcomesIn(facts, failing);
  return (observed.requests ?? []).filter(({ traceId, error }) => {
    const own = outcomes.get(traceId) ?? [];
    return error !== undefined && own.length > 0 && own.every((outcome) => outcome === 'ok');
  });
}

/** Of the looked-up requests of these journeys: an arrival may have several samples. */
function outcomesIn({ plan, recording }: LogFacts, journeys: ReadonlySet<string>): Map<string, string[]> {
  const outcomes = new Map<string, string[]>();
  const own = plannedJourneys(plan).filter(({ name }) => journeys.has(name));
  for (const { name } of own.flatMap(({ endpoints }) => endpoints)) {
    for (const { traceId, outcome } of recording.endpoints.get(name)?.traces ?? [])
      outcomes.set(traceId, [...(outcomes.get(traceId) ?? []), outcome]);
  }
  return outcomes;
}

/** What is found of an alert before its fault: whether it is loaded, can have data, and is silent. */
import { unreachable } from '../../../core/error.ts';
import type { Answer } from './findings.ts';
import { type Followed, rateWords, stateAt } from './followed.ts';
import { isAbout, newsOf, ofKind } from './timeline.ts';

export function loaded({ stage, rule }: Followed): Answer {
  const listed = ofKind(stage.entries, 'loaded').at(-1);
  if (listed === undefined) return { status: 'unavailable', summary: 'Prometheus did not say which rules it has' };
  const named = listed.rules.filter(({ name }) => name === rule.name);
  const [own] = named;
  if (own === undefined) {
    return { status: 'fail', summary: `Prometheus has no rule ${rule.name}; it has ${namesOf(listed.rules)}` };
  }
  if (named.length > 1) return { status: 'fail', summary: `Prometheus has ${named.length} rules of this name` };
  if (own.forSec !== rule.forSec) {
    return {
      status: 'fail',
      summary: `it waits ${own.forSec} s before it fires, and is documented with ${rule.forSec} s`,
    };
  }
  if (own.lastError !== '') return { status: 'fail', summary: `Prometheus can't evaluate it: ${own.lastError}` };
  return { status: 'pass', summary: `Prometheus evaluates it in the group ${own.group}` };
}

/** Nobody can promise that a team's server was healthy: a rule that fires may be right. */
export function silentBeforeFault(followed: Followed): Answer {
  const answer = silent(followed);
  if (answer.status !== 'fail') return answer;
  const summary =
    'it fired before anything was done to the server: either something is wrong with it, or with the rule';
  return { status: 'inconclusive', summary };
}

/** Where the user named files of rules, what Prometheus has must be what stands there. */
export function loadedAsInFile(followed: Followed): Answer {
  const answer = loaded(followed);
  const { stage, rule } = followed;
  const inFile = ofKind(stage.entries, 'compared')
    .at(-1)
    ?.rules.find(({ name }) => name === rule.name);
  if (answer.status !== 'pass' || inFile === undefined) return answer;
  const { is, place, words } = inFile;
  switch (is) {
    case 'same':
      return { ...answer, summary: `${answer.summary}, as in ${place}` };
    case 'absent':
    case 'other':
      return { status: 'fail', summary: `it is another one than in ${place}: ${words}` };
    case 'unsure':
      return { status: 'inconclusive', summary: `nobody can say whether it is the one of ${place}: ${words}` };
    default:
      return unreachable(is);
  }
}

function namesOf(rules: readonly { readonly name: string }[]): string {
  return rules.length === 0 ? 'none' : rules.map(({ name }) => name).join(', ');
}

export function reachable({ stage, rule }: Followed): Answer {
  const asked = ofKind(stage.entries, 'reach').findLast((entry) => entry.rule === rule.name);
  if (asked === undefined) return { status: 'unavailable', summary: 'what the server exposes was not read' };
  const reasons = asked.reasons.join('; ');
  switch (asked.verdict) {
    case 'ok':
      return {
        status: 'pass',
        summary: 'the server exposes the metrics and labels that it reads, under the job that it names',
      };
    case 'unsure':
      return { status: 'inconclusive', summary: `nobody can say yet whether it ever has data: ${reasons}` };
    case 'wrong':
      return { status: 'fail', summary: `it does not do what it says: ${reasons}` };
    case 'never':
      return { status: 'fail', summary: `it can never have data: ${reasons}` };
  }
}

export function silent(followed: Followed): Answer {
  const { stage, rule, states, setup, strain } = followed;
  const controls = ofKind(stage.entries, 'control');
  const begun = controls.find(({ is }) => is === 'begun');
  const over = controls.find(({ is }) => is === 'over');
  if (begun === undefined) return { status: 'no-data', summary: 'the healthy server was not watched' };
  const untilMs = over?.atMs ?? Number.POSITIVE_INFINITY;
  const changes = states.filter(({ atMs }) => atMs > begun.atMs && atMs <= untilMs);
  const seen = [stateAt(followed, begun.atMs) ?? 'unknown', ...changes.map(({ state }) => state)];
  const isPaged = ofKind(stage.entries, 'delivery').some(
    ({ delivered, atMs }) =>
      atMs >= begun.atMs && atMs <= untilMs && isAbout(delivered, rule.name) && newsOf(delivered) === 'fires',
  );
  if (seen.includes('firing') || isPaged) {
    const what = isPaged ? 'it fired, and somebody was paged' : 'it fired';
    if (strain.length > 0)
      return { status: 'inconclusive', summary: `${what}, but the machine was slow: ${strain.join('; ')}` };
    return { status: 'fail', summary: `${what} while nothing was wrong with the server` };
  }
  if (over === undefined) return { status: 'no-data', summary: 'the healthy server was not watched to the end' };
  if (seen.at(-1) === 'unknown') {
    return { status: 'inconclusive', summary: 'Prometheus had not evaluated it when the watch was over' };
  }
  if (seen.includes('pending')) {
    return { status: 'inconclusive', summary: 'it became pending for a while, and did not fire' };
  }
  const sec = Math.round(((over.atMs - begun.atMs) * setup.clockRate) / 1000);
  return { status: 'pass', summary: `nothing in ${sec} s of a healthy server${rateWords(setup)}` };
}

/** Whether the panels of a documented dashboard return data, and if one does not, whether it ever can. */
import type { Finding } from '../../../core/finding.ts';
import type { Problem } from '../../../rules/problem.ts';
import { lacking, property } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { SeenQuery } from '../observation.ts';
import { LOAD, type PromisedDashboard } from '../promises.ts';
import { grafanaCheck, onDashboards, unreadable } from './check.ts';

export function dataCheck(promised: PromisedDashboard) {
  const { key, name } = promised;
  return grafanaCheck({
    id: `${key}.data`,
    subject: `data of "${name}"`,
    proves: `The queries of "${name}" return data, or what they ask for is there and has not happened yet.`,
    source: LOAD,
    judge: (check, facts) =>
      onDashboards(check, promised, facts, (seen) => {
        const unread = seen.flatMap(({ queries }) => (queries.ok ? [] : [queries]))[0];
        if (unread !== undefined) return unreadable(check, unread);
        return judged(
          check,
          seen.flatMap(({ queries }) => (queries.ok ? queries.data : [])),
        );
      }),
  });
}

function judged(check: CheckInfo, all: readonly SeenQuery[]): Finding {
  const queries = all.filter(({ outcome }) => outcome !== 'no-datasource');
  const unread = queries.find(({ outcome }) => outcome === 'unread');
  if (unread !== undefined) return lacking(check, 'unavailable', unread.said);
  if (queries.length === 0) return lacking(check, 'no-data', 'no panel of it asks a Prometheus that Grafana has');
  const bad = queries.filter(neverReturns);
  const open = queries.filter((query) => !bad.includes(query) && isOpen(query));
  const quiet = queries.filter((query) => returnsNothing(query) && !bad.includes(query) && !open.includes(query));
  const evidence = [...bad, ...open, ...quiet].map((query) => ({ label: query.panel, value: wordsOf(query) }));
  const shown = queries.filter(({ outcome }) => outcome === 'data').length;
  const [first] = bad;
  if (first === undefined && open[0] !== undefined)
    return lacking(check, 'inconclusive', `panel "${open[0].panel}" shows nothing: ${wordsOf(open[0])}`, evidence);
  if (first === undefined && shown === 0)
    return lacking(
      check,
      'inconclusive',
      'no panel shows anything yet: nothing that they ask for has happened',
      evidence,
    );
  const more = bad.length > 1 ? `, and ${bad.length - 1} more queries` : '';
  const waiting = quiet.length === 0 ? '' : `; nothing yet for ${quiet.map(({ panel }) => `"${panel}"`).join(', ')}`;
  const summary =
    first === undefined
      ? `${shown} of ${queries.length} queries return data${waiting}`
      : `panel "${first.panel}": ${wordsOf(first)}${more}`;
  return property(check, { samples: queries.length, bad: bad.length, summary, evidence });
}

function returnsNothing({ outcome }: SeenQuery): boolean {
  return outcome === 'empty' || outcome === 'no-number';
}

function neverReturns(query: SeenQuery): boolean {
  return query.outcome === 'refused' || (returnsNothing(query) && worst(query, 'never') !== undefined);
}

/** It returned nothing, and nobody can say that it should. */
function isOpen(query: SeenQuery): boolean {
  return returnsNothing(query) && (query.silent.length > 0 || worst(query, 'unsure') !== undefined);
}

function worst({ problems }: SeenQuery, effect: Problem['effect']): Problem | undefined {
  return problems.find((problem) => problem.effect === effect);
}

function wordsOf(query: SeenQuery): string {
  const { outcome, said, silent } = query;
  if (outcome === 'refused') return said;
  const problem = worst(query, 'never') ?? worst(query, 'unsure');
  if (problem?.effect !== 'never' && silent.length > 0) return `${silent.join(', ')} has no series now`;
  if (problem === undefined) return outcome === 'empty' ? 'no series so far' : 'no number so far';
  return problem.nearest === undefined ? problem.reason : `${problem.reason}; nearest: ${problem.nearest}`;
}

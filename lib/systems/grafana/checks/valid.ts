/** Whether a documented dashboard has a form that current Grafana shows, variables that exist, and datasources that exist. */
import type { Evidence } from '../../../core/finding.ts';
import { ownProblems } from '../../../rules/judge-dashboards.ts';
import { property } from '../../finding.ts';
import type { SeenDashboard } from '../observation.ts';
import { LOAD, type PromisedDashboard } from '../promises.ts';
import { grafanaCheck, onDashboards, unreadable } from './check.ts';

export function validCheck(promised: PromisedDashboard) {
  const { key, name } = promised;
  return grafanaCheck({
    id: `${key}.valid`,
    subject: `form of "${name}"`,
    proves: `"${name}" has the form of Grafana's schema, panels of types that exist, and the variables and datasources that it names.`,
    source: LOAD,
    judge: (check, facts) =>
      onDashboards(check, promised, facts, (seen) => {
        const unread = seen.flatMap(({ queries }) => (queries.ok ? [] : [queries]))[0];
        const wrong = seen.flatMap(wrongWith);
        if (wrong.length === 0 && unread !== undefined) return unreadable(check, unread);
        const panels = seen.reduce((sum, { dashboard }) => sum + dashboard.panels.length, 0);
        const [first] = wrong;
        const more = wrong.length > 1 ? `, and ${wrong.length - 1} more` : '';
        const summary = first === undefined ? `${panels} panels` : `${first.value}${more}`;
        return property(check, { samples: Math.max(1, panels), bad: wrong.length, summary, evidence: wrong });
      }),
  });
}

function wrongWith({ uid, dashboard, queries }: SeenDashboard): Evidence[] {
  const own = ownProblems(dashboard)
    .filter(({ effect }) => effect === 'wrong')
    .map(({ reason, nearest }) => (nearest === undefined ? reason : `${reason}; now it is "${nearest}"`));
  const astray = (queries.ok ? queries.data : [])
    .filter(({ outcome }) => outcome === 'no-datasource')
    .map(({ panel, said }) => `panel "${panel}": Grafana has no datasource "${said}"`);
  return [...new Set([...own, ...astray])].map((value) => ({ label: uid, value }));
}

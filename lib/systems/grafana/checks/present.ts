/** Whether Grafana has a documented dashboard. */
import { fact, lacking } from '../../finding.ts';
import { AVAILABLE, type PromisedDashboard } from '../promises.ts';
import { grafanaCheck, plainTitle, unreadable } from './check.ts';

/** More would not be read. */
const SHOWN = 12;

export function presentCheck({ key, name }: PromisedDashboard) {
  return grafanaCheck({
    id: `${key}.present`,
    subject: `dashboard "${name}"`,
    proves: `Grafana has a dashboard "${name}".`,
    source: AVAILABLE,
    judge: (check, { observed: { titles } }) => {
      if (!titles.ok) return unreadable(check, titles);
      if (titles.data.length === 0)
        return lacking(
          check,
          'inconclusive',
          'its search shows no dashboard at all; may the account of the token see them?',
        );
      const found = titles.data.filter((title) => plainTitle(title) === plainTitle(name));
      const others = titles.data.slice(0, SHOWN).join(', ') + (titles.data.length > SHOWN ? ', …' : '');
      const summary =
        found.length > 0
          ? `it is there${found.length === 1 ? '' : ` ${found.length} times`}`
          : `it is not among the ${titles.data.length} that are seen`;
      return fact(check, found.length > 0, { summary, evidence: [{ label: 'dashboards', value: others }] });
    },
  });
}

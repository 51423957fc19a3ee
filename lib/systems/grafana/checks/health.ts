/** Whether Grafana says that it is healthy. */
import { fact } from '../../finding.ts';
import { HEALTH } from '../promises.ts';
import { grafanaCheck } from './check.ts';

export const health = grafanaCheck({
  id: 'health',
  subject: 'Grafana is healthy',
  proves: 'Grafana answers, and it can use its database.',
  source: HEALTH,
  judge: (check, { observed: { database, version } }) => {
    const evidence = version === '' ? [] : [{ label: 'version', value: version }];
    return fact(check, database === 'ok', { summary: `its database is "${database}"`, evidence });
  },
});

/** A user's own system: the Grafana that shows the server's dashboards. The monitoring guide says how to check its health. */
import type { JudgeInput } from '../../lib/core/run.ts';
import { fetchJson } from '../../lib/http/backend.ts';
import type { ObserveContext, Observer } from '../../lib/observe/observer.ts';
import { url } from '../../lib/options/kinds.ts';
import { collectedOf } from '../../lib/systems/evidence.ts';
import { fact } from '../../lib/systems/finding.ts';
import type { KnownSystem } from '../../lib/systems/known.ts';
import { type CheckInfo, checkOf } from '../../lib/systems/system.ts';

const PAGE = 'https://example.com/our-checks/grafana';

/** What the observer brings. */
interface GrafanaObserved {
  readonly kind: 'grafana';
  readonly status: 'collected';
  readonly source: 'direct';
  readonly url: string;
  /** As Grafana reports it: `ok` where it can use its database. */
  readonly database: string;
}

const HEALTHY: CheckInfo = {
  id: 'grafana.healthy',
  subject: 'Grafana is healthy',
  proves: 'Grafana answers, and it can use its database.',
  system: 'grafana',
  source: { document: 'monitoring-setup-guide.md', section: 'Verify Setup' },
  gating: true,
  needs: ['grafana'],
  page: PAGE,
};

export const grafana: KnownSystem = {
  id: 'grafana',
  title: 'Grafana',
  page: PAGE,
  options: [{ name: 'grafana', kind: url, value: '<url>', text: 'the Grafana that shows it', group: 'Grafana' }],
  sources: [{ id: 'direct', title: 'Grafana', options: ['grafana'] }],
  unobserved: { status: 'no-data', summary: 'no Grafana was asked' },
  promises: () => ({ database: 'ok' }),
  checks: () => [
    checkOf(HEALTHY, (check, input: JudgeInput) => {
      const { database } = collectedOf<GrafanaObserved>(input, 'grafana');
      return fact(check, database === 'ok', { summary: `its database is "${database}"` });
    }),
  ],
  checklist: { 'monitoring.verify.grafana-health': { findings: [HEALTHY.id] } },
  observe: async (context) => observeGrafana(context),
  breaks: [],
};

function observeGrafana({ options, signal }: ObserveContext): Observer {
  const base = options['grafana'];
  return {
    collect: async () => {
      if (typeof base !== 'string') return [];
      const answer = await fetchJson(`${base}/api/health`, { signal });
      const seen = { kind: 'grafana', source: 'direct', url: base } as const;
      if (!answer.ok) return [{ ...seen, status: 'unavailable', reason: answer.reason, hint: answer.hint }];
      const { database } = Object(answer.data) as { readonly database?: unknown };
      return [{ ...seen, status: 'collected', database: String(database) }];
    },
  };
}

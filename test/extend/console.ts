/** A user's own system: a web console that shows the server's debates. It says whether it can use its database. */
import type { JudgeInput } from '../../lib/core/run.ts';
import { fetchJson } from '../../lib/http/backend.ts';
import type { ObserveContext, Observer } from '../../lib/observe/observer.ts';
import { url } from '../../lib/options/kinds.ts';
import { collectedOf } from '../../lib/systems/evidence.ts';
import { fact } from '../../lib/systems/finding.ts';
import type { KnownSystem } from '../../lib/systems/known.ts';
import { type CheckInfo, checkOf } from '../../lib/systems/system.ts';

const PAGE = 'https://example.com/our-checks/console';

/** What the observer brings. */
interface ConsoleObserved {
  readonly kind: 'console';
  readonly status: 'collected';
  readonly source: 'direct';
  readonly url: string;
  /** As it reports it: `ok` where it can use its database. */
  readonly database: string;
}

const HEALTHY: CheckInfo = {
  id: 'console.healthy',
  subject: 'the console is healthy',
  proves: 'The console answers, and it can use its database.',
  system: 'console',
  source: { document: 'monitoring-setup-guide.md', section: 'Verify Setup' },
  gating: true,
  needs: ['console'],
  page: PAGE,
};

export const webConsole: KnownSystem = {
  id: 'console',
  title: 'Console',
  page: PAGE,
  options: [{ name: 'console', kind: url, value: '<url>', text: 'the console that shows it', group: 'Console' }],
  sources: [{ id: 'direct', title: 'Console', options: ['console'] }],
  unobserved: { status: 'no-data', summary: 'no console was asked' },
  promises: () => ({ database: 'ok' }),
  checks: () => [
    checkOf(HEALTHY, (check, input: JudgeInput) => {
      const { database } = collectedOf<ConsoleObserved>(input, 'console');
      return fact(check, database === 'ok', { summary: `its database is "${database}"` });
    }),
  ],
  checklist: {},
  observe: async (context) => observeConsole(context),
  breaks: [],
};

function observeConsole({ options, signal }: ObserveContext): Observer {
  const base = options['console'];
  return {
    collect: async () => {
      if (typeof base !== 'string') return [];
      const answer = await fetchJson(`${base}/api/health`, { signal });
      const seen = { kind: 'console', source: 'direct', url: base } as const;
      if (!answer.ok) return [{ ...seen, status: 'unavailable', reason: answer.reason, hint: answer.hint }];
      const { database } = Object(answer.data) as { readonly database?: unknown };
      return [{ ...seen, status: 'collected', database: String(database) }];
    },
  };
}

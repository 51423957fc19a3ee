/** The observed system `status`: what external monitors recorded of the server, from blackbox_exporter's probes or Uptime Kuma's status page. */
import { collectedOf, onRun } from '../evidence.ts';
import type { System } from '../system.ts';
import { PAGE, type StatusFacts } from './checks/check.ts';
import { clients } from './checks/clients.ts';
import { answer, exist, interval, retries } from './checks/monitors.ts';
import type { StatusObserved } from './observation.ts';
import { STATUS_OPTIONS } from './options.ts';
import { pairsOf } from './pairs.ts';
import { type StatusPromises, statusPromises } from './promises.ts';

export const STATUS_PAGE: System<StatusPromises> = {
  id: 'status',
  title: 'Status page',
  page: PAGE,
  options: STATUS_OPTIONS,
  sources: [
    { id: 'blackbox', title: 'blackbox_exporter', options: ['blackbox'] },
    { id: 'uptime-kuma', title: 'Uptime Kuma', options: ['uptimeKuma'] },
  ],
  onlyIfNamed: true,
  unobserved: { status: 'no-data', summary: 'no external monitor was asked' },
  promises: statusPromises,
  checks: ({ promises, sources }) =>
    onRun(
      [
        exist,
        answer,
        interval,
        // blackbox_exporter probes once and decides nothing.
        ...(sources.includes('uptime-kuma') ? [{ ...retries, from: 'uptime-kuma' }] : []),
        clients,
      ],
      (input): StatusFacts => {
        const observed = collectedOf<StatusObserved>(input, 'status');
        return { observed, promises, pairs: pairsOf(promises, observed), input };
      },
    ),
  checklist: {},
};

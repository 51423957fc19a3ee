/** The observed system `probes`: what single requests before and after the load see, which the steady load can't. */
import { collectedOf, onRun } from '../evidence.ts';
import type { System } from '../system.ts';
import { PAGE, type ProbeFacts } from './checks/check.ts';
import { CONNECTION_PROBES } from './checks/connections.ts';
import { DEBATE_PROBES } from './checks/debate.ts';
import { list } from './checks/list.ts';
import { METRIC_PROBES } from './checks/metrics.ts';
import { SUBSCRIBER_PROBES } from './checks/subscribers.ts';
import type { ProbesObserved } from './observation.ts';
import { type ProbePromises, probePromises } from './promises.ts';

export const PROBE_SYSTEM: System<ProbePromises> = {
  id: 'probes',
  title: 'Probes',
  page: PAGE,
  options: [],
  sources: [{ id: 'direct', title: 'single requests to the server', options: [] }],
  unobserved: { status: 'no-data', summary: 'no probe was sent: the run ended before that' },
  promises: probePromises,
  checks: ({ promises, exclusive }) =>
    onRun(
      [...CONNECTION_PROBES, list, ...SUBSCRIBER_PROBES, ...DEBATE_PROBES, ...METRIC_PROBES].map((madeFor) =>
        madeFor(promises),
      ),
      (input): ProbeFacts => ({ observed: collectedOf<ProbesObserved>(input, 'probes'), exclusive }),
    ),
  checklist: {},
};

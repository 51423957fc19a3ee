/** The part `sinks`: PagerDuty and Slack for Alertmanager. They refuse what the real ones refuse, and reach nobody. */
import type { Part } from '../part.ts';
import { startSinks } from '../sinks/server.ts';
import { DOCUMENTED_CHANNELS } from '../sinks/workspace.ts';

export const sinks: Part = {
  name: 'sinks',
  title: 'PagerDuty and Slack',
  standsInFor: 'PagerDuty and Slack',
  needs: [],
  start: async ({ port }) => {
    const running = await startSinks({ channels: DOCUMENTED_CHANNELS, port });
    const { pagerdutyUrl, slackUrl } = running;
    return {
      url: new URL(pagerdutyUrl).origin,
      stop: () => running.stop(),
      places: { pagerduty: pagerdutyUrl, slack: slackUrl },
    };
  },
};

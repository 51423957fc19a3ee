/** What the stand-ins for receivers of alerts accept, as far as it matters. Pure, and without any function, so that offline judges can read it. */

export const PAGERDUTY_ACTIONS = ['trigger', 'acknowledge', 'resolve'] as const;
export const PAGERDUTY_SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;

export interface PagerdutyEvent {
  readonly action: (typeof PAGERDUTY_ACTIONS)[number];
  readonly routingKey: string;
  /** '' when PagerDuty makes one. */
  readonly dedupKey: string;
  /** '' where an event that ends an alert has none. */
  readonly summary: string;
  readonly source: string;
  readonly severity: string;
}

export interface SlackMessage {
  /** '' when the webhook's own one is meant. */
  readonly channel: string;
  readonly text: string;
  readonly attachments: readonly SlackAttachment[];
}

export interface SlackAttachment {
  readonly title: string;
  readonly text: string;
  readonly fallback: string;
  /** Alertmanager says by it whether an alert fires (`danger`) or is over (`good`). */
  readonly colour: string;
}

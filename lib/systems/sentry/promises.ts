/** What the monitoring guide promises of Sentry, as data with its source. Written to plan.json. */
import type { Source } from '../../core/source.ts';

export interface SentryPromises {
  /** `SENTRY_TRACES_SAMPLE_RATE`: the share of requests that arrive as transactions. */
  readonly sampleRate: number;
  /** Rules that somebody sets up in Sentry's own pages. */
  readonly alertRules: readonly string[];
}

export function sentryPromises(): SentryPromises {
  return {
    sampleRate: 0.1,
    alertRules: [
      'new issues (first occurrence)',
      'regression (issue reoccurs after resolve)',
      'spike (>10 events in 5 minutes)',
      'specific error types (for example AgentAPIError)',
    ],
  };
}

const document = 'monitoring-setup-guide.md';

export const CONFIGURATION: Source = { document, section: 'Sentry Error Tracking, Configuration' };
export const SCRUBBING: Source = { document, section: 'Sentry Error Tracking, PII Scrubbing' };
export const ALERT_RULES: Source = { document, section: 'Sentry Error Tracking, Alert Rules' };

/** What the documented configuration does otherwise than the guides promise, although it works. Data. */
import type { DocumentName } from './document.ts';

/** Works, and is yet not what the guides promise. `line` is one of the document's, once in it. */
export interface Remark {
  readonly document: DocumentName;
  readonly line: string;
  readonly says: string;
}

export const REMARKS: readonly Remark[] = [
  {
    document: 'alertmanager.yml',
    line: "      receiver: 'pagerduty-critical'",
    says:
      'The monitoring guide promises "Slack #alerts" for all incidents ("Notification Channels"). By this route, critical ones reach PagerDuty ' +
      'alone, and the channels are called #aragora-alerts and #aragora-warnings.',
  },
  {
    document: 'alertmanager.yml',
    line: "  - name: 'default'",
    says: 'Each documented alert is critical or a warning, and a route takes both. So nothing ever reaches this receiver.',
  },
  {
    document: 'alert-rules.yml',
    line: '        expr: rate(aragora_debate_timeouts_total[5m]) > 0.1',
    says: 'Neither guide lists `aragora_debate_timeouts_total` among its metrics.',
  },
  {
    document: 'alert-rules.yml',
    line: '          / sum(rate(aragora_debates_completed_total[1h])) < 0.5',
    says: 'Neither guide lists `aragora_debates_completed_total` among its metrics.',
  },
  {
    document: 'monitoring-prometheus.yml',
    line: "      - targets: ['localhost:9090']",
    says:
      "In the guide's Docker Compose file, port 9090 of this host is Prometheus itself, so it would scrape itself. That file has no " +
      'Alertmanager either.',
  },
  {
    document: 'monitoring-alert-rules.yml',
    line: '# Grafana alerting rule example',
    says: 'These are rules of Prometheus. Grafana does not read them.',
  },
];

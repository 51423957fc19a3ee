/** The part `grafana`: a strict stand-in, because Grafana itself can't be had everywhere. Its queries go to the real Prometheus. */
import { documentedDashboards } from '../documented/dashboards.ts';
import { startGrafanaStandIn } from '../grafana/stand-in.ts';
import type { Part } from '../part.ts';

export const grafana: Part = {
  name: 'grafana',
  title: 'Grafana',
  standsInFor: 'Grafana',
  needs: ['prometheus'],
  start: async ({ running, port }) => {
    const prometheusUrl = running.get('prometheus')?.url ?? '';
    const dashboards = documentedDashboards();
    const { url, close } = await startGrafanaStandIn({ prometheusUrl, dashboards, port: port ?? 0 });
    return { url, values: { grafana: url }, stop: close };
  },
};

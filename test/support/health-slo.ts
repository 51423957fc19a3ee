/** The simplest objective of a user's own: a share of the samples of one endpoint is answered in time. */

/** An OpenSLO document for `--slo`; with a target of half, five samples decide it. Its finding is `<name>.1`. */
export function healthSlo(name: string, limitMs: number, target = 0.5, endpoint = 'health'): object {
  const metricSource = { type: 'aragora-slo', spec: { endpoint } };
  return {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name },
    spec: {
      service: 'aragora',
      indicator: { spec: { thresholdMetric: { metricSource } } },
      objectives: [{ op: 'lte', value: limitMs, target }],
    },
  };
}

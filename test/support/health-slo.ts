/** Owns the simplest of own objectives: that a share of the health checks is answered in time. Refuses to know where it is written. */

/** An OpenSLO document for `--slo`; half of them are decided by five samples. Its finding is `<name>.1`. */
export function healthSlo(name: string, limitMs: number, target = 0.5): object {
  const metricSource = { type: 'aragora-slo', spec: { endpoint: 'health' } };
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

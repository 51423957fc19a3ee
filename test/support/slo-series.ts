/** For tests of alerts that objectives become: an SLO, and samples of requests for `promtool test rules` (a healthy time, a burn, a healthy time). */

/** An OpenSLO document: so many answers about health are good. Its finding is `up.1`. */
export function upSlo(target: number): object {
  const good = { metricSource: { type: 'aragora-slo', spec: { endpoints: ['health'] } } };
  const indicator = { spec: { ratioMetric: { good } } };
  return {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name: 'up' },
    spec: { service: 'aragora', indicator, objectives: [{ target }] },
  };
}

/** Steps of the samples; the k-th sample is at k steps. */
export interface Story {
  readonly healthySteps: number;
  readonly burnSteps: number;
  readonly healedSteps: number;
  /** Of the requests in the burn, that are bad. */
  readonly badShare: number;
}

interface Series {
  readonly series: string;
  readonly values: string;
}

const PER_STEP = 1_000_000;
const LABELS = 'method="GET",endpoint="/api/health"';

/** The requests by status, and those in and out of the bucket of 1 s: bad ones answer 500, and take longer. */
export function requestSeries(story: Story): Series[] {
  const bad = Math.round(PER_STEP * story.badShare);
  const duration = 'aragora_request_duration_seconds';
  return [
    { series: `aragora_requests_total{${LABELS},status="200"}`, values: values(story, PER_STEP - bad, PER_STEP) },
    { series: `aragora_requests_total{${LABELS},status="500"}`, values: values(story, bad, 0) },
    { series: `${duration}_bucket{${LABELS},le="1.0"}`, values: values(story, PER_STEP - bad, PER_STEP) },
    { series: `${duration}_count{${LABELS}}`, values: values(story, PER_STEP, PER_STEP) },
  ];
}

/** What a counter grows by in a step of the burn, and in a healthy one. */
function values({ healthySteps, burnSteps, healedSteps }: Story, burning: number, healthy: number): string {
  const [burnsAt, healsAt] = [healthy * healthySteps, healthy * healthySteps + burning * burnSteps];
  const parts = [
    `0+${healthy}x${healthySteps}`,
    ...(burnSteps > 0 ? [`${burnsAt + burning}+${burning}x${burnSteps - 1}`] : []),
    ...(healedSteps > 0 ? [`${healsAt + healthy}+${healthy}x${healedSteps - 1}`] : []),
  ];
  return parts.join(' ');
}

/** Sixteen days of known traffic as OpenMetrics with times: counters by status, as the reference target and as Aragora 2.11 have them. */

/** Minutes before the end, and the share of requests that failed in them, going back. */
const STRETCHES = [
  { minutes: 20, failedShare: 0.04 },
  { minutes: 280, failedShare: 0.004 },
  { minutes: 2 * 1440 - 300, failedShare: 0 },
  { minutes: 14 * 1440, failedShare: 0.0005 },
] as const;

/** Requests of the job `aragora`, and of `other`, which all fail. */
const PER_MIN = 600;
const OTHER_PER_MIN = 60;

export const SPAN_MIN = STRETCHES.reduce((sum, { minutes }) => sum + minutes, 0);

/** How many failed in the last `minutes`, at one request a minute. */
export function failedOverMin(minutes: number): number {
  let leftMin = minutes;
  let failed = 0;
  for (const stretch of STRETCHES) {
    const insideMin = Math.min(leftMin, stretch.minutes);
    failed += insideMin * stretch.failedShare;
    leftMin -= insideMin;
  }
  return failed;
}

/** Every 15 s in the last seven hours and every five minutes before, as Prometheus might have scraped it. The last sample is at `endMs`. */
export function trafficUntil(endMs: number): string {
  const minutesBefore = [...steps(SPAN_MIN, 420, 5), ...steps(420, 0, 0.25), 0];
  const counters = [documented(), release()].map(({ name, lines }) => {
    const samples = lines.flatMap(({ labels, at }) =>
      minutesBefore.map((before) => `${name}_total{${labels}} ${at(SPAN_MIN - before)} ${endMs / 1000 - before * 60}`),
    );
    return [`# TYPE ${name} counter`, ...samples].join('\n');
  });
  return `${counters.join('\n')}\n# EOF\n`;
}

function steps(from: number, to: number, by: number): number[] {
  return Array.from({ length: Math.round((from - to) / by) }, (_, at) => from - at * by);
}

interface Counter {
  readonly name: string;
  readonly lines: readonly { readonly labels: string; readonly at: (minute: number) => number }[];
}

const failedAt = (minute: number): number => PER_MIN * (failedOverMin(SPAN_MIN) - failedOverMin(SPAN_MIN - minute));
const requestsAt = (minute: number): number => PER_MIN * minute;

function documented(): Counter {
  const aragora = 'job="aragora",method="GET",endpoint="/api/debates"';
  return {
    name: 'aragora_requests',
    lines: [
      { labels: `${aragora},status="200"`, at: (minute) => 0.9 * requestsAt(minute) - failedAt(minute) },
      // A client's mistake is not a failure of the server.
      { labels: `${aragora},status="404"`, at: (minute) => 0.1 * requestsAt(minute) },
      { labels: `${aragora},status="503"`, at: failedAt },
      // Restarted once a day, so its counter begins again.
      {
        labels: 'job="other",method="GET",endpoint="/api/debates",status="500"',
        at: (minute) => OTHER_PER_MIN * (minute % 1440),
      },
    ],
  };
}

/** Each request twice: by its path, and by the handler that answered it. The handler's share of failures would be another. */
function release(): Counter {
  const byPath = 'job="aragora",method="GET",endpoint="/api/debates"';
  const byHandler = 'job="aragora",method="HANDLE",endpoint="DebatesHandler"';
  return {
    name: 'aragora_http_requests',
    lines: [
      { labels: `${byPath},status="200"`, at: (minute) => requestsAt(minute) - failedAt(minute) },
      { labels: `${byPath},status="500"`, at: failedAt },
      { labels: `${byHandler},status="200"`, at: requestsAt },
    ],
  };
}

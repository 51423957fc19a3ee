/** A metric with a name of its own is recorded with its values, and counts where it is asked whether the numbers still change. */
import { expect, test } from 'vitest';
import { Scrapes } from './scrapes.ts';

const text = (count: number): string => `# TYPE http_requests_total counter
http_requests_total{path="/api/health"} ${count}
# TYPE http_seconds histogram
http_seconds_bucket{le="+Inf"} ${count}
http_seconds_sum ${count}
http_seconds_count ${count}
# TYPE other_total counter
other_total ${count}
`;

function scraped(ownNames: readonly string[] | undefined) {
  const scrapes = new Scrapes(ownNames === undefined ? {} : { ownNames });
  for (const count of [1, 3]) scrapes.add({ ok: true, status: 200, text: text(count), contentType: 'text/plain' });
  const families = scrapes.observed().families.map(({ name, series }) => [name, series.length] as const);
  return { isStill: scrapes.isStill, stored: Object.fromEntries(families) };
}

test('of a metric that nobody knows, only the name is recorded', () => {
  expect(scraped(undefined)).toEqual({
    isStill: true,
    stored: { http_requests_total: 0, http_seconds: 0, other_total: 0 },
  });
});

test('one that the team names is recorded, with all parts of a histogram', () => {
  expect(scraped(['http_requests_total', 'http_seconds'])).toEqual({
    isStill: false,
    stored: { http_requests_total: 1, http_seconds: 3, other_total: 0 },
  });
});

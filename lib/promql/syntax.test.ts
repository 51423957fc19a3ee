import { expect, test } from 'vitest';
import { promqlProblem } from './syntax.ts';

test.each([
  'up',
  'rate(aragora_requests_total[5m])',
  'sum(rate(a{status=~"5.."}[5m])) / sum(rate(a[5m])) > 0.05',
  'histogram_quantile(0.99, sum(rate(a_bucket[5m])) by (le))',
  'sum by (provider, le) (rate(a_bucket[5m]))',
  'up{job="aragora"} == 0',
])('%s is PromQL', (expr) => {
  expect(promqlProblem(expr)).toBeNull();
});

test.each([
  ['histogram_quantile(0.95, rate(a_bucket[5m])) by (provider)', 'unexpected "by (provider)" at character 46'],
  ['rate(a[5m]', 'it ends too early'],
  ['sum(rate(a{status=~5..}[5m]))', 'unexpected'],
  ['', 'it is empty'],
])('%s is none', (expr, problem) => {
  expect(promqlProblem(expr)).toContain(problem);
});

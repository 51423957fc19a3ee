// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Grafana look so.
import { expect, test } from 'vitest';
import { substituted } from './variables.ts';

test.each([
  ['rate(x[$__rate_interval])', 'rate(x[5m])', []],
  ['rate(x[${__interval}])', 'rate(x[5m])', []],
  ['x[$__range_s]', 'x[300]', []],
  ['x / $__interval_ms', 'x / 300', []],
  ['x{a=~"$b"}', 'x{a=~"slo_variable_b"}', ['b']],
  ['x{a=~"${b:regex}|[[c:pipe]]"}', 'x{a=~"slo_variable_b|slo_variable_c"}', ['b', 'c']],
  ['sum by ($b) (x[$window] offset $shift)', 'sum by (slo_variable_b) (x[5m] offset 5m)', ['b', 'window', 'shift']],
  ['topk($n, x)', 'topk(slo_variable_n, x)', ['n']],
  ['x{a=~"^b$"}', 'x{a=~"^b$"}', []],
  ['label_replace(x, "a", "$1-${2}", "b", "(.*)")', 'label_replace(x, "a", "$1-${2}", "b", "(.*)")', []],
  ['$metric{a="b\\"$c"}', 'slo_variable_metric{a="b\\"slo_variable_c"}', ['metric', 'c']],
])('%s', (text, query, used) => {
  expect(substituted(text)).toEqual({ query, used });
});

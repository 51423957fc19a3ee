/** What an indicator asks for in PromQL: the series of some requests, under the names of a release. */
import type { HttpRoute } from '../../core/endpoint.ts';
import type { MetricLocation } from '../../systems/metrics/signals.ts';
import type { Window } from './burn.ts';

export interface Asked {
  readonly location: MetricLocation;
  /** null: all series. */
  readonly routes: readonly HttpRoute[] | null;
}

/** `sum(rate(…[5m]))` over all of them. @param suffix of the metric's name. @param more matchers. */
export function sumOfRates(asked: Asked, window: Window, { suffix = '', more = [] }: Narrowed = {}): string {
  const rates = selections(asked).map((matchers) => {
    const all = [...matchers, ...more];
    const braces = all.length === 0 ? '' : `{${all.join(',')}}`;
    return `rate(${asked.location.name}${suffix}${braces}[${window}])`;
  });
  return `sum(${rates.join(' or ')})`;
}

interface Narrowed {
  readonly suffix?: string;
  readonly more?: readonly string[];
}

/** A matcher of a documented label, under its name in the release. */
export function matcher({ labels }: MetricLocation, label: string, regexp: string): string {
  return `${labels?.[label] ?? label}=~${JSON.stringify(regexp)}`;
}

/** One for each method: two labels can't be matched in pairs. */
function selections({ location, routes }: Asked): string[][] {
  if (routes === null) return [ownMatchers(location, null)];
  const methods = [...new Set(routes.map(({ method }) => method))];
  return methods.map((method) => {
    const paths = routes.filter((route) => route.method === method).map(({ path }) => path);
    const endpoint = location.labels?.['endpoint'] ?? 'endpoint';
    return [
      `${location.labels?.['method'] ?? 'method'}=${JSON.stringify(method)}`,
      pathMatcher(endpoint, paths),
      ...ownMatchers(location, { endpoint, paths }),
    ];
  });
}

function pathMatcher(label: string, paths: readonly string[]): string {
  const [first = ''] = paths;
  if (paths.length === 1 && !first.includes('{id}')) return `${label}=${JSON.stringify(first)}`;
  return `${label}=~${JSON.stringify(paths.map(pathRegexp).join('|'))}`;
}

/** Releases write `{id}`, `:id` or the id itself. */
function pathRegexp(path: string): string {
  return path.split('{id}').map(literal).join('[^/]+');
}

function literal(text: string): string {
  return text.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&');
}

/** Those that the release needs. One that all the paths fit anyway is left out. */
function ownMatchers(
  { where = {} }: MetricLocation,
  asked: { readonly endpoint: string; readonly paths: readonly string[] } | null,
): string[] {
  return Object.entries(where).flatMap(([label, pattern]) => {
    const whole = new RegExp(`^(?:${pattern})$`);
    const isMet = asked !== null && label === asked.endpoint && asked.paths.every((path) => whole.test(path));
    return isMet ? [] : [`${label}=~${JSON.stringify(pattern)}`];
  });
}

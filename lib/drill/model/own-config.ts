/** What the configurations of a team's Prometheus and Alertmanager say of a drill. Pure. */
import { mostOf } from '../../core/extent.ts';
import { itemsOf, keysOf, type Placed, textAt, valueAt } from '../../core/placed.ts';
import { durationMs } from '../../promql/duration.ts';
import type { Intervals } from '../../systems/alerts/model/timeline.ts';
import type { Integration, Receiver, Route } from '../../systems/alerts/model/witness.ts';

/** Where the configuration does not say: of Alertmanager's own defaults, those that keep the end of an alert to themselves. */
const SILENT_AT_END = new Set(['slack', 'email', 'wechat']);
const KEY = /^(\w+)_configs$/;

export function receiversIn(alertmanager: Placed | undefined): Receiver[] {
  return itemsOf(valueAt(alertmanager, 'receivers')).map((receiver) => ({
    name: textAt(receiver, 'name') ?? '',
    integrations: keysOf(receiver).flatMap((key) => {
      const [, kind] = KEY.exec(key) ?? [];
      return kind === undefined ? [] : itemsOf(valueAt(receiver, key)).map((config) => integration(kind, config));
    }),
  }));
}

function integration(kind: string, config: Placed): Integration {
  const sendResolved = textAt(config, 'send_resolved');
  return {
    kind,
    route: routeOf(kind, config),
    isNotifiedOfEnd: sendResolved === undefined ? !SILENT_AT_END.has(kind) : sendResolved === 'true',
  };
}

/** null for what a template writes: only the page itself says it. */
function routeOf(kind: string, config: Placed): Route | null {
  const said = (key: string, usual: string): string | null => {
    const text = textAt(config, key) ?? '';
    return text.includes('{{') ? null : text === '' ? usual : text;
  };
  if (kind === 'pagerduty') {
    const severity = said('severity', 'error');
    return severity === null ? null : { to: 'pagerduty', severity };
  }
  const channel = kind === 'slack' ? said('channel', '') : null;
  return channel === null || channel === '' ? null : { to: 'slack', channel };
}

/** The longest of all jobs and routes: what takes longer than they allow is late for each. */
export function intervalsIn(prometheus: Placed | undefined, alertmanager: Placed | undefined): Intervals {
  const global = valueAt(prometheus, 'global');
  const jobs = itemsOf(valueAt(prometheus, 'scrape_configs'));
  const routes = routesBelow(valueAt(alertmanager, 'route'));
  const longest = (all: readonly (Placed | undefined)[], key: string, usualSec: number): number => {
    const said = all.flatMap((one) => durationMs(textAt(one, key) ?? '') ?? []);
    return said.length === 0 ? usualSec : mostOf(said) / 1000;
  };
  const scrapeSec = longest(jobs, 'scrape_interval', longest([global], 'scrape_interval', 60));
  return {
    scrapeSec,
    scrapeTimeoutSec: longest(jobs, 'scrape_timeout', longest([global], 'scrape_timeout', Math.min(10, scrapeSec))),
    evaluationSec: longest([global], 'evaluation_interval', 60),
    groupWaitSec: longest(routes, 'group_wait', 30),
    groupIntervalSec: longest(routes, 'group_interval', 300),
    repeatSec: longest(routes.slice(0, 1), 'repeat_interval', 14_400),
  };
}

function routesBelow(route: Placed | undefined): (Placed | undefined)[] {
  return [route, ...itemsOf(valueAt(route, 'routes')).flatMap(routesBelow)];
}

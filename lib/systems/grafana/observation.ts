/** What Grafana answered: its health, its dashboards of the documented names, and what each of their queries returned. Nothing here is judged. */
import type { Dashboard } from '../../rules/dashboard.ts';
import type { Problem } from '../../rules/problem.ts';

/** A part that may not be readable while another is. */
export type Part<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly reason: string; readonly hint: string };

export type QueryOutcome =
  /** At least one number. */
  | 'data'
  /** Series, and not one number: 0 / 0. */
  | 'no-number'
  /** No series. */
  | 'empty'
  /** Prometheus does not take it. */
  | 'refused'
  /** Nobody knows: the datasource could not be asked. */
  | 'unread'
  /** Grafana does not have the datasource that it names. */
  | 'no-datasource';

export interface SeenQuery {
  readonly panel: string;
  /** With the values of variables. */
  readonly query: string;
  readonly outcome: QueryOutcome;
  /** Of what was refused or could not be asked: why. The datasource that is not there. '' for none. */
  readonly said: string;
  /** Of one that returned nothing: what speaks against it, by what its Prometheus stores. */
  readonly problems: readonly Problem[];
  /** Of one that returned nothing: its metrics that have no series now. */
  readonly silent: readonly string[];
}

export interface SeenDashboard {
  readonly uid: string;
  readonly title: string;
  /** Whose path is the address in Grafana. */
  readonly dashboard: Dashboard;
  /** Unreadable where Grafana does not say which datasources it has. */
  readonly queries: Part<readonly SeenQuery[]>;
}

export interface GrafanaObserved {
  readonly kind: 'grafana';
  readonly status: 'collected';
  readonly source: 'direct';
  readonly url: string;
  /** `ok` where Grafana can use its database. */
  readonly database: string;
  /** '' where it does not say. */
  readonly version: string;
  /** Titles of all dashboards that the account sees; at most some of them. */
  readonly titles: Part<readonly string[]>;
  /** Those of the documented titles. */
  readonly dashboards: Part<readonly SeenDashboard[]>;
}

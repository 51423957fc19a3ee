/** Who says what became of a page, and what a team's Alertmanager says of it. */

/** Where the documented routes send an alert. */
export type Route =
  | { readonly to: 'pagerduty'; readonly severity: string }
  | { readonly to: 'slack'; readonly channel: string };

/** One that a receiver of Alertmanager is configured with. */
export interface Integration {
  /** As Alertmanager's counters call it: `pagerduty`, `slack`, `email` … */
  readonly kind: string;
  /** null: of another kind than the documented ones, or what it says is not in the configuration alone. */
  readonly route: Route | null;
  readonly isNotifiedOfEnd: boolean;
}

export interface Receiver {
  readonly name: string;
  readonly integrations: readonly Integration[];
}

/** Who says what became of a page: our own stand-ins, which got it, or a team's Alertmanager, which counts what it sent. */
export type Witness =
  | { readonly by: 'sinks' }
  | {
      readonly by: 'alertmanager';
      readonly receivers: readonly Receiver[];
      /** Where Prometheus hands its alerts to, if nobody can say that it is this Alertmanager; null: it is. */
      readonly handedTo: string | null;
      /** How many Alertmanagers say what they sent. */
      readonly asked: number;
      /** How many may send a page. Above `asked`, another one may have sent what those did not. */
      readonly peers: number;
      /** Of those that are asked, those of one cluster agree on who sends a page. Above 1, each cluster sends its own. */
      readonly clusters: number;
    };

/** A group of alerts that Alertmanager has now: it sends one page for it. */
export interface AlertGroup {
  readonly receiver: string;
  readonly alerts: readonly { readonly name: string; readonly isSilenced: boolean }[];
}

/** What Alertmanager counted since its start, of one kind of integration. */
export interface Counted {
  readonly kind: string;
  /** null: it counts those of all receivers together. */
  readonly receiver: string | null;
  /** Requests that were answered well. */
  readonly accepted: number;
  /** Pages that it gave up, by its word for the reason. */
  readonly givenUp: Readonly<Record<string, number>>;
}

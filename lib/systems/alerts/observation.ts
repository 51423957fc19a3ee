/** What a run observes of the alerts: everything that a drill did and saw, so that an old run is judged again from it. */
import type { Unavailable } from '../../core/observation.ts';
import type { Entry } from './model/timeline.ts';

export interface AlertsObserved {
  readonly kind: 'alerts';
  readonly status: 'collected';
  readonly source: 'drill';
  /** In words. */
  readonly from: string;
  readonly timeline: readonly Entry[];
}

export type AlertsObservation = AlertsObserved | Unavailable<'alerts'>;

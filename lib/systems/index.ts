/** The systems that this program knows. A new one is its folder and one line here; a test or a program calls `addSystem`. */
import { OF_LOAD, OF_OBJECTIVES } from '../core/finding.ts';
import { addTo } from '../core/registry.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import { alerts } from './alerts/index.ts';
import { aws } from './aws/index.ts';
import { grafana } from './grafana/index.ts';
import type { KnownSystem } from './known.ts';
import { logs } from './logs/index.ts';
import { metrics } from './metrics/index.ts';
import { oauth } from './oauth/index.ts';
import { probes } from './probes/index.ts';
import { redis } from './redis/index.ts';
import { sentry } from './sentry/index.ts';
import { status } from './status/index.ts';
import { traces } from './traces/index.ts';

const known: KnownSystem[] = [metrics, traces, logs, probes, status, redis, oauth, aws, sentry, alerts, grafana];

/** In the order of their findings. */
export const SYSTEMS: readonly KnownSystem[] = known;

/** Those that a run looks at. Of the others not even the observer is loaded, so they cost nothing. */
export function lookedAt({ systems }: Pick<TelemetryPlan, 'systems'>): readonly KnownSystem[] {
  return known.filter(({ id }) => Object.hasOwn(systems, id));
}

/** Adds one more system; returns a function that removes it. @throws SloError `usage` for an id that is taken. */
export function addSystem(system: KnownSystem): () => void {
  const reserved = [OF_OBJECTIVES, OF_LOAD].filter((id) => id === system.id);
  return addTo(reserved.length === 0 ? known : [system], 'system', system);
}

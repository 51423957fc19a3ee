/** The parts of the documented stack. A new one is its file and one line here. */
import type { Part } from '../part.ts';
import { alertmanager } from './alertmanager.ts';
import { blackbox } from './blackbox.ts';
import { grafana } from './grafana.ts';
import { jaeger } from './jaeger.ts';
import { loki } from './loki.ts';
import { oauth } from './oauth.ts';
import { prometheus } from './prometheus.ts';
import { redis } from './redis.ts';
import { sinks } from './sinks.ts';

/** In the order in which they start: those that a part needs or uses are before it. */
export const PARTS: readonly Part[] = [redis, jaeger, loki, oauth, sinks, alertmanager, blackbox, prometheus, grafana];

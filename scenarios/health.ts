/** GET /api/health. `k6 run scenarios/health.ts -e TARGET=http://127.0.0.1:8080` */
import { healthBody, health as journey } from '../lib/journeys/health.ts';
import { serverTime } from '../lib/journeys/kept.ts';
import { healthProblem } from './content/bodies.ts';
import { ServerTimes, timeOf } from './content/server-time.ts';
import { arrival, call, jsonAt, recordKept } from './kit.ts';
import { standalone } from './settings.ts';

export const options = standalone([journey, 50]);

/** An answer may be kept for some time. A monitor that asks each minute then still knows the health of this minute. */
const KEPT_MS = 25_000;
const times = new ServerTimes();

export default function health(): void {
  const askedAtMs = Date.now();
  const { response, outcome } = call(arrival(), {
    endpoint: journey.endpoints[0],
    verify: (response) => (jsonAt(response, 'status') === 'healthy' ? undefined : 'not-healthy'),
  });
  if (outcome !== 'ok') return;
  recordKept(healthBody, healthProblem(response.body ?? ''));
  const serverMs = timeOf(jsonAt(response, 'timestamp'));
  if (Number.isNaN(serverMs)) return;
  recordKept(serverTime, times.problem({ serverMs, earliestMs: askedAtMs - KEPT_MS, latestMs: Date.now() }));
}

/** GET /api/health. `k6 run scenarios/health.ts -e TARGET=http://127.0.0.1:8080` */
import { healthProblem } from '../lib/core/health-answer.ts';
import { healthBody, health as journey } from '../lib/journeys/health.ts';
import { serverTime } from '../lib/journeys/kept.ts';
import { momentOf, ServerTimes } from './content/server-time.ts';
import { arrival, call, jsonAt, recordKept } from './kit.ts';
import { standalone } from './settings.ts';

export const options = standalone([journey, 50]);

/** An answer may be kept for some time. A monitor that asks each minute then still knows the health of this minute. */
const KEPT_MS = 25_000;
/** The header `Date` may be of a proxy, whose clock is another one. */
const HOSTS_APART_MS = 60_000;
const times = new ServerTimes();
const timesWithoutZone = new ServerTimes();

export default function health(): void {
  const askedAtMs = Date.now();
  const { response, outcome } = call(arrival(), {
    endpoint: journey.endpoints[0],
    verify: (response) => {
      if (jsonAt(response, 'status') === 'healthy') return undefined;
      return jsonAt(response, '@this') === undefined ? 'not-json' : 'not-healthy';
    },
  });
  if (outcome !== 'ok') return;
  recordKept(healthBody, healthProblem(response.body ?? ''));
  const dateMs = Date.parse(response.headers['Date'] ?? '');
  const mostApartMs = HOSTS_APART_MS + KEPT_MS;
  if (!Number.isNaN(dateMs)) {
    const earliestMs = askedAtMs - mostApartMs;
    recordKept(serverTime, times.problem({ serverMs: dateMs, earliestMs, latestMs: Date.now() + HOSTS_APART_MS }));
  }
  const { atMs: serverMs, isSure } = momentOf(jsonAt(response, 'timestamp'));
  if (Number.isNaN(serverMs)) return;
  const alike = isSure ? times : timesWithoutZone;
  recordKept(serverTime, alike.problem({ serverMs, earliestMs: askedAtMs - KEPT_MS, latestMs: Date.now() }));
}

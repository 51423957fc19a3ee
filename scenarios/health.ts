/** GET /api/health. `k6 run scenarios/health.ts -e TARGET=http://127.0.0.1:8080` */
import { healthBody, health as journey } from '../lib/journeys/health.ts';
import { healthProblem } from './content/bodies.ts';
import { arrival, call, jsonAt, recordKept } from './kit.ts';
import { standalone } from './settings.ts';

export const options = standalone([journey, 50]);

export default function health(): void {
  const { response, outcome } = call(arrival(), {
    endpoint: journey.endpoints[0],
    verify: (response) => (jsonAt(response, 'status') === 'healthy' ? undefined : 'not-healthy'),
  });
  if (outcome === 'ok') recordKept(healthBody, healthProblem(response.body ?? ''));
}

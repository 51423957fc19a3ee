/** GET /api/health. `k6 run scenarios/health.ts -e TARGET=http://127.0.0.1:8080` */
import { health as journey } from '../lib/journeys/health.ts';
import { arrival, call, jsonAt } from './kit.ts';
import { standalone } from './settings.ts';

export const options = standalone([journey, 50]);

export default function health(): void {
  call(arrival(), {
    endpoint: journey.endpoints[0],
    verify: (response) => (jsonAt(response, 'status') === 'healthy' ? undefined : 'not-healthy'),
  });
}

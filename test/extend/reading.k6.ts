/** GET /api/debates/{id} of the debate that the harness has prepared. k6 runs this file. */
import { arrival, call, jsonAt, record } from '../../scenarios/kit.ts';
import type { Prepared } from '../../scenarios/settings.ts';
import { reading as journey } from './reading.ts';

const [endpoint] = journey.endpoints;

export function reading({ debateId }: Prepared): void {
  const due = arrival();
  if (debateId === null) {
    record(endpoint, due.latenessMs, 'no-debate');
    return;
  }
  call(due, {
    endpoint,
    id: debateId,
    verify: (response) => (jsonAt(response, 'final_answer') == null ? 'no-debate' : undefined),
  });
}

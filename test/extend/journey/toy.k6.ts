/** GET /api/debates/{id} of a finished debate. */
import { arrival, call, jsonAt, record } from '../../../scenarios/kit.ts';
import type { Prepared } from '../../../scenarios/settings.ts';
import { toy as journey } from './toy.ts';

const [endpoint] = journey.endpoints;

export function toy({ debateId }: Prepared): void {
  const due = arrival();
  if (debateId === null) {
    record(endpoint, due.latenessMs, 'no-debate');
    return;
  }
  call(due, {
    endpoint,
    id: debateId,
    verify: (response) => (jsonAt(response, 'id') === debateId ? undefined : 'wrong-answer'),
  });
}

/** A client reads a debate, and then what the server consists of. k6 runs this file. */
import { arrival, call, endpoint, jsonAt, type Prepared } from 'aragora-slo/kit';

const show = endpoint('show');
const parts = endpoint('parts');

export default function visit({ debateId }: Prepared): void {
  const due = arrival();
  const { outcome } = call(due, {
    endpoint: show,
    values: { id: debateId ?? '', as: due.random.pick(['text', 'page']) },
    verify: (answer) => (jsonAt(answer, 'final_answer') == null ? 'check_1' : undefined),
  });
  if (outcome === 'ok') call(due, { endpoint: parts });
}

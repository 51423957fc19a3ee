/** Whether lines name another debate in their path than the one that a load asks for again and again. */
import { mostFrequent } from '../../../core/most-frequent.ts';
import { JOURNEYS } from '../../../journeys/index.ts';
import type { LoggedRequest } from '../observation.ts';

interface Asking {
  readonly request: LoggedRequest;
  readonly endpoint: string;
}

/** Trace ids of the requests whose lines do. A path may be said as a pattern, which is the same for all. */
export function ofOtherDebates(requests: readonly Asking[]): ReadonlySet<string> {
  const prepared = JOURNEYS.flatMap(({ needsDebate, endpoints }) => (needsDebate ? endpoints : []));
  const wrong = prepared.flatMap(({ name }) => {
    const paths = requests.flatMap(({ request: { traceId, said }, endpoint }) => {
      const [path] = said.path ?? [];
      return endpoint === name && path !== undefined ? [{ traceId, path: path.replace(/\?.*$/, '') }] : [];
    });
    const usual = mostFrequent(paths.map(({ path }) => path));
    return paths.flatMap(({ traceId, path }) => (path === usual ? [] : [traceId]));
  });
  return new Set(wrong);
}

/** The reference Aragora as a part of the stack that is started around it. */
import { startEmbeddedTarget } from '../embedded/process.ts';
import type { Part } from '../stack/part.ts';

export const REFERENCE: Part = {
  name: 'target',
  title: 'reference Aragora',
  standsInFor: 'Aragora',
  needs: [],
  start: async ({ target, logFile, running, signal = new AbortController().signal }) => {
    const gives = [...running.values()].flatMap(({ targetArgs = [] }) => targetArgs);
    const args = ['--port', new URL(target.httpUrl).port, '--log', logFile, ...gives];
    const { httpUrl, stop, exited } = await startEmbeddedTarget(args, signal);
    return { url: httpUrl, stop, exited: exited.then(() => 'it ended'), values: { logFile } };
  },
};

/** With the reference before the first part that looks at it. */
export function withReference(parts: readonly Part[]): Part[] {
  const at = parts.findIndex(({ watchesServer }) => watchesServer === true);
  return at === -1 ? [...parts, REFERENCE] : [...parts.slice(0, at), REFERENCE, ...parts.slice(at)];
}

/** The part `redis`: where the reference target's scheduler keeps its tasks. */
import type { Part } from '../part.ts';
import { runValkey, valkeyPath } from '../valkey.ts';

export const redis: Part = {
  name: 'redis',
  title: 'Redis (Valkey)',
  needs: [],
  build: valkeyPath,
  start: async (around) => {
    const running = await runValkey(around);
    return { ...running, targetArgs: ['--redis', running.url], values: { redis: running.url } };
  },
};

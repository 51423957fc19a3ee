import { describe, expect, it } from 'vitest';
import { startTarget } from './target.ts';

describe('a target', () => {
  it('says which port is taken', async () => {
    const target = await startTarget();
    const port = Number(new URL(target.httpUrl).port);
    await expect(startTarget({ port })).rejects.toMatchObject({
      code: 'prerequisite-missing',
      message: `the reference target can't listen on 127.0.0.1:${port}`,
    });
    await target.stop();
  });
});

/** The page of journeys is what the code says. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { journeysPage } from './support/journeys-page.ts';

test('docs/journeys.md is what the descriptors and the table of outcomes say', async () => {
  await expect(journeysPage()).toMatchFileSnapshot(resolve(import.meta.dirname, '../docs/journeys.md'));
});

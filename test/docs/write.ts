/** `npm run docs`: writes the pages, and the parts of files, that the code decides. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { writtenPages } from './pages.ts';

for (const { path, write } of writtenPages()) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  writeFileSync(path, write(before));
}

/** `npm run docs`: writes what the table of options writes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { optionPages } from './pages.ts';

for (const { path, write } of optionPages()) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  writeFileSync(path, write(before));
}

/** What Node is asked to run for the reference target's own process: its TypeScript sources as they are. Tests have them bundled. */
import { fileURLToPath } from 'node:url';

export const PROGRAM: readonly string[] = [
  '--import',
  new URL('../../bin/sources.mjs', import.meta.url).href,
  fileURLToPath(new URL('./main.ts', import.meta.url)),
];

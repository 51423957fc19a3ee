/** What Node is asked to run for the command line. Tests have it bundled. */
import { fileURLToPath } from 'node:url';

export const PROGRAM: readonly string[] = [fileURLToPath(new URL('../../bin/aragora-slo.mjs', import.meta.url))];

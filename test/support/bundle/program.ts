/** Takes the place of lib/embedded/program.ts in tests that start programs: the bundled reference target. */
import { inject } from 'vitest';

export const PROGRAM: readonly string[] = [inject('bundled').target];

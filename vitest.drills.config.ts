import { defineConfig } from 'vitest/config';
import real from './vitest.real.config.ts';

/** Drills that take minutes, because they wait for what must not come: every night. */
export default defineConfig({ ...real, test: { ...real.test, include: ['test/drills/**/*.test.ts'] } });

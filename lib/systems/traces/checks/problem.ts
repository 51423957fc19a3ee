/** What a span says wrongly. */
import type { Span } from '../observation.ts';

/** The span, and what is wrong, in words. */
export type Problem = readonly [Span, string];

/** Owns the order of the page's sections. */
import type { SectionBuilder } from '../section.ts';
import { budget } from './budget.ts';
import { environment } from './environment.ts';
import { failures } from './failures.ts';
import { latency } from './latency.ts';
import { load } from './load.ts';
import { objectives } from './objectives.ts';
import { rate } from './rate.ts';

export const SECTIONS: readonly SectionBuilder[] = [objectives, budget, latency, rate, failures, load, environment];

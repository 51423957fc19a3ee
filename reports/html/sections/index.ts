/** The order of the page's sections: what decides the outcome and its charts first, then what explains it, then how it was done. */
import type { SectionBuilder } from '../section.ts';
import { budget } from './budget.ts';
import { checklist } from './checklist.ts';
import { comparison } from './comparison.ts';
import { documents } from './documents.ts';
import { environment } from './environment.ts';
import { failures } from './failures.ts';
import { latency } from './latency.ts';
import { load } from './load.ts';
import { objectives } from './objectives.ts';
import { rate } from './rate.ts';
import { telemetry } from './telemetry.ts';

export const SECTIONS: readonly SectionBuilder[] = [
  objectives,
  latency,
  failures,
  telemetry,
  comparison,
  rate,
  checklist,
  budget,
  (facts, { mistakes }) => documents(mistakes, facts),
  load,
  environment,
];

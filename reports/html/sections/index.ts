/** The order of the page's sections. */
import type { SectionBuilder } from '../section.ts';
import { budget } from './budget.ts';
import { checklist } from './checklist.ts';
import { comparison } from './comparison.ts';
import { environment } from './environment.ts';
import { failures } from './failures.ts';
import { latency } from './latency.ts';
import { load } from './load.ts';
import { objectives } from './objectives.ts';
import { rate } from './rate.ts';
import { telemetry } from './telemetry.ts';

export const SECTIONS: readonly SectionBuilder[] = [
  objectives,
  telemetry,
  comparison,
  checklist,
  budget,
  latency,
  rate,
  failures,
  load,
  environment,
];

/** Items of the guides' verification checklists that findings on traces decide. */
import type { ChecklistGround } from '../../core/checklist.ts';
import { DOCUMENTED_SPANS } from './promises.ts';

const JAEGER = { without: 'connect Jaeger with --jaeger URL', source: { system: 'traces', id: 'jaeger' } };

export const TRACE_CHECKLIST: Readonly<Record<string, ChecklistGround>> = {
  'observability.tracing.spans': { findings: DOCUMENTED_SPANS.signals.map(({ id }) => `traces.spans.${id}.present`) },
  'observability.tracing.jaeger': { findings: ['logs.traces-exist', 'traces.jaeger.same'], ...JAEGER },
  'observability.tracing.sampling': {
    findings: ['traces.sampling.ratio', 'traces.sampling.flag-set', 'traces.sampling.flag-unset'],
  },
  'observability.tracing.service-map': { findings: ['traces.jaeger.service-map'], ...JAEGER },
};

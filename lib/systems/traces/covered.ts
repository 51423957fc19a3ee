/** The documented spans and attributes as the table of evidence counts them, and why some of their aspects can't be bounded. */
import { type SignalInfo, SIDES } from '../../core/coverage.ts';
import type { Unbounded } from '../coverage.ts';
import type { AttributeType, SpanSignal, TracePromises } from './signals.ts';

export function coveredSpans({ contract }: Pick<TracePromises, 'contract'>): SignalInfo[] {
  return contract.signals.flatMap((signal) => [
    {
      system: 'traces',
      name: signal.id,
      kind: 'span',
      aspects: { exists: ['below'], count: SIDES, time: SIDES, relation: SIDES, content: SIDES },
    },
    ...attributesOf(signal).map((name): SignalInfo => ({
      system: 'traces',
      name,
      kind: 'attribute',
      aspects: {
        exists: ['below'],
        content: SIDES,
        ...(typeOf(signal, name) === 'number' ? { value: SIDES } : {}),
      },
    })),
  ]);
}

/** Where documents disagree, those of the first form. */
export function attributesOf({ id, forms: [form] }: SpanSignal): string[] {
  return Object.keys(form?.attributes ?? {}).map((name) => `${id} ${name}`);
}

function typeOf({ id, forms: [form] }: SpanSignal, name: string): AttributeType | undefined {
  return form?.attributes[name.slice(id.length + 1)];
}

export const UNBOUNDED_SPANS: readonly Unbounded[] = [
  {
    signals: ['agent.call tokens'],
    aspects: ['value'],
    reason: 'no document says how many tokens an answer costs, and no client is shown them',
  },
  {
    signals: ['db.query table', 'agent.call model', 'memory.access operation', 'db.query operation'],
    aspects: ['content'],
    reason: 'no document gives the values, no client sees them, and no other signal has them',
  },
];

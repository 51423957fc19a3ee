/** The documented spans and attributes as the table of evidence counts them, and why some of their aspects can't be bounded. */
import { SIDES, type SignalInfo } from '../../core/coverage.ts';
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
    ...attributesOf(signal).map(
      (name): SignalInfo => ({
        system: 'traces',
        name,
        kind: 'attribute',
        aspects: {
          exists: ['below'],
          ...(attributesOf(signal, 'number').includes(name)
            ? { value: SIDES, content: ['above'] }
            : { content: SIDES }),
        },
      }),
    ),
  ]);
}

/** Where documents disagree, those of the first form. `type`: only those of this type. */
export function attributesOf({ id, forms: [form] }: SpanSignal, type?: AttributeType): string[] {
  const all = Object.entries(form?.attributes ?? {});
  return all.filter(([, own]) => type === undefined || own === type).map(([name]) => `${id} ${name}`);
}

/** Texts of which no document gives the words: that they are texts is all that is promised. */
export const FREE_TEXTS: readonly string[] = ['db.query table', 'agent.call model', 'memory.access operation'];

export const UNBOUNDED_SPANS: readonly Unbounded[] = [
  {
    because: 'not-promised',
    signals: ['agent.call tokens'],
    aspects: ['value'],
    reason: 'no document says how many tokens an answer costs, and no client is shown them',
  },
  {
    because: 'not-promised',
    signals: ['db.query', 'memory.access'],
    aspects: ['count'],
    reason: 'no document says how many there are',
  },
  {
    because: 'unseen',
    signals: ['memory.access'],
    aspects: ['time'],
    reason: 'a memory may be written after its parent has ended, and no client sees it',
  },
  {
    because: 'unseen',
    signals: ['db.query operation'],
    aspects: ['content'],
    reason: 'no client sees it, and no other signal names it',
  },
];

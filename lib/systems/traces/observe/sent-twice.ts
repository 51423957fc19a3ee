/** Counts the spans that stand twice in one export. */
import type { ReceivedSpan } from './otlp.ts';

const MAX_EXAMPLES = 5;

/**
 * Who sends again sends a whole export, and a collector may join both to one. So an export of which half stands twice does not count.
 */
export class SentTwice {
  /** How many, by name of the span. */
  readonly byName = new Map<string, number>();
  /** Ids of the first few traces that have one. */
  readonly examples: string[] = [];

  addExport(received: readonly ReceivedSpan[]): void {
    const ids = new Set<string>();
    const again = received.filter(({ span: { traceId, spanId } }) => {
      const id = `${traceId} ${spanId}`;
      const isAgain = ids.has(id);
      ids.add(id);
      return isAgain;
    });
    if (2 * again.length >= ids.size) return;
    for (const { span } of again) {
      this.byName.set(span.name, (this.byName.get(span.name) ?? 0) + 1);
      if (this.examples.length < MAX_EXAMPLES && !this.examples.includes(span.traceId))
        this.examples.push(span.traceId);
    }
  }
}

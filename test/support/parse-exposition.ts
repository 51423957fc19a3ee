/** Reads a whole exposition at once, for tests. */
import {
  type Dialect,
  ExpositionReader,
  type ExpositionSummary,
} from '../../lib/systems/metrics/observe/exposition.ts';
import type { SampleLine } from '../../lib/systems/metrics/observe/sample-line.ts';

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestampMs: number | null;
  readonly exemplar: SampleLine['exemplar'];
}

interface Exposition extends ExpositionSummary {
  readonly samplesOf: ReadonlyMap<string, readonly Sample[]>;
}

/** A whole exposition at once, with every sample, by name of its family. */
export function parseExposition(text: string, dialect: Dialect = 'prometheus'): Exposition {
  const samplesOf = new Map<string, Sample[]>();
  const reader = new ExpositionReader(dialect, {
    sample: (family, line) => {
      const { name, value, timestampMs, exemplar } = line;
      const sample = { name, labels: line.labels(), value, timestampMs, exemplar };
      const known = samplesOf.get(family.name);
      if (known === undefined) samplesOf.set(family.name, [sample]);
      else known.push(sample);
    },
  });
  reader.push(text);
  return { ...reader.end(), samplesOf };
}

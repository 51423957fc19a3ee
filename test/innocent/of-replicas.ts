/** Innocents of several replicas, or of processes that come and go, by what their scrapes show. */
import type { Exposition } from '../../lib/target/metrics.ts';
import { type Sample, sampleText, scrapeByScrape, withLines, withMore, withSamples } from './exposition.ts';
import type { TapeInnocent } from './innocent.ts';

const isDocumented = ({ name }: Sample) => name.startsWith('aragora_');
const isGauge = ({ name }: Sample) => /active|connections|tier_size/.test(name);
const keyOf = (sample: Sample) => sampleText({ ...sample, value: 0 });
const isWhole = ({ value }: Sample) => Number.isInteger(value);
/** Of a tape of some twenty scrapes and more, in its load. */
const MIDDLE = 12;
const GONE = 16;

/** A replica's share of what was counted. */
function shareOf(sample: Sample, share: number): Sample {
  const { value } = sample;
  return { ...sample, value: isWhole(sample) ? Math.round(value * share) : value * share };
}

/** The process that answers says when it has started. */
function startedAt(right: Exposition, sec: number): Exposition {
  return withMore(withoutStart(right), [
    '# TYPE process_start_time_seconds gauge',
    `process_start_time_seconds ${sec}`,
  ]);
}

function withoutStart(right: Exposition): Exposition {
  return withLines(right, (lines) => lines.filter((line) => !line.includes('process_start_time_seconds')));
}

function inTurns(one: number, other: number): TapeInnocent['tape'] {
  return {
    exposition: () => {
      const shares = sharesOf([one, other], (scrape) => scrape % 2);
      let scrape = 0;
      return (right) => startedAt(shares(right), scrape++ % 2 === 0 ? 1_700_000_000 : 1_700_003_600);
    },
  };
}

/** Replicas that do not say when they have started. @param whose which of them answers a scrape. */
function unnamedInTurns(parts: readonly number[], whose: (scrape: number) => number): TapeInnocent['tape'] {
  return {
    exposition: () => {
      const shares = sharesOf(parts, whose);
      return (right) => withoutStart(shares(right));
    },
  };
}

function sharesOf(parts: readonly number[], whose: (scrape: number) => number) {
  return scrapeByScrape((sample, scrape) =>
    isDocumented(sample) ? shareOf(sample, parts[whose(scrape)] ?? 0) : sample,
  );
}

/** What is counted from the middle on, a second replica counts. */
function scaledOut(goesAt = Number.POSITIVE_INFINITY) {
  return {
    exposition: () => {
      let scrape = 0;
      const until = new Map<string, number>();
      return (right: Exposition) => {
        scrape += 1;
        return withSamples(right, (sample) => {
          if (!isDocumented(sample)) return [sample];
          const key = keyOf(sample);
          if (scrape < MIDDLE || isGauge(sample)) until.set(key, sample.value);
          const first = until.get(key) ?? 0;
          const rows = [{ ...sample, labels: { ...sample.labels, pod: 'a' }, value: first }];
          if (scrape < MIDDLE || scrape >= goesAt) return rows;
          return [...rows, { ...sample, labels: { ...sample.labels, pod: 'b' }, value: sample.value - first }];
        });
      };
    },
  };
}

function restarted() {
  return {
    exposition: () => {
      let scrape = 0;
      const before = new Map<string, number>();
      return (right: Exposition) => {
        scrape += 1;
        const started = startedAt(right, scrape < MIDDLE ? 1_700_000_000 : 1_732_000_000);
        return withSamples(started, (sample) => {
          if (!isDocumented(sample) || isGauge(sample)) return [sample];
          const key = keyOf(sample);
          if (scrape < MIDDLE) before.set(key, sample.value);
          return [{ ...sample, value: scrape < MIDDLE ? sample.value : sample.value - (before.get(key) ?? 0) }];
        });
      };
    },
  };
}

export const OF_REPLICAS: readonly TapeInnocent[] = [
  {
    name: 'two replicas that answer scrapes in turns',
    because: 'a balancer asks one after the other, and each knows its own requests alone',
    undecided: { metrics: /several processes answer/ },
    byChance: true,
    tape: inTurns(0.6, 0.4),
  },
  {
    name: 'two replicas that answer scrapes in turns, almost alike',
    because: 'a balancer gives both as much to do',
    undecided: { metrics: /several processes answer/ },
    byChance: true,
    tape: inTurns(0.51, 0.49),
  },
  {
    name: 'two replicas in turns, of which none says when it has started',
    because: 'no document asks for process_start_time_seconds',
    undecided: { metrics: /several processes answer/ },
    byChance: true,
    tape: unnamedInTurns([0.6, 0.4], (scrape) => scrape % 2),
  },
  {
    name: 'two replicas in turns, almost alike, of which none says when it has started',
    because: 'a balancer gives both as much to do',
    undecided: { metrics: /several processes answer/ },
    byChance: true,
    tape: unnamedInTurns([0.51, 0.49], (scrape) => scrape % 2),
  },
  {
    name: 'three replicas in any order, of which none says when it has started',
    because: 'a balancer may give more to do to one than to the others, and ask any of them next',
    undecided: { metrics: /several processes answer/ },
    byChance: true,
    tape: unnamedInTurns([0.5, 0.3, 0.2], (scrape) => ((scrape * 7919) % 11) % 3),
  },
  {
    name: 'a replica that answers one scrape in seven',
    because: 'a balancer gives most to do to the other one',
    undecided: { metrics: /several processes answer/ },
    byChance: true,
    tape: unnamedInTurns([0.6, 0.4], (scrape) => (scrape % 7 === 3 ? 1 : 0)),
  },
  {
    name: 'a replica that is added in the middle of the load',
    because: 'the load makes it necessary',
    tape: scaledOut(),
  },
  {
    name: 'a replica that is added in the middle of the load, and taken away at its end',
    because: 'the load made it necessary',
    undecided: { metrics: /./ },
    byChance: true,
    tape: scaledOut(GONE),
  },
  {
    name: 'a process that is replaced in the middle of the load',
    because: 'a deployment',
    undecided: { metrics: /./ },
    byChance: true,
    tape: restarted(),
  },
];

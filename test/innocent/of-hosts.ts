/** Innocents whose hosts are odd: pauses, clocks that are set or apart, disks that are slow, other libraries that add up. */
import { SpanStatusCode } from '@opentelemetry/api';
import type { Exposition } from '../../lib/target/metrics.ts';
import type { ReadableSpan } from '../../lib/target/tracing.ts';
import { sampleText, scrapeByScrape, withSamples } from './exposition.ts';
import { always, type TapeInnocent } from './innocent.ts';
import { eachLine, iso, parsed, timeOf, timeOfLine } from './lines.ts';
import { childOf, eachSpan, every, laterMs, like } from './spans.ts';

/** Of a tape of some twenty scrapes, in its load. */
const MIDDLE = 12;

/** The answers to scrapes from `from` on, in place of which the one before is given for so many. */
function stuck(from: number, scrapes: number) {
  return {
    exposition: () => {
      let scrape = 0;
      let kept: Exposition | undefined;
      return (right: Exposition) => {
        scrape += 1;
        if (scrape < from || scrape >= from + scrapes || kept === undefined) kept = right;
        return kept;
      };
    },
  };
}

const middleOf = ({ startedAtMs, endedAtMs }: { readonly startedAtMs: number; readonly endedAtMs: number }) =>
  (startedAtMs + endedAtMs) / 2;
const msOf = ([seconds, nanos]: readonly [number, number]) => seconds * 1000 + nanos / 1e6;

/** Set by so much in the middle of the load: what is open then ends by the new time. */
function spansOfSetClock(ms: number): TapeInnocent['tape'] {
  return {
    exports: (exports, { facts: { load } }) => {
      const middleMs = middleOf(load);
      const after = (time: readonly [number, number]) => (msOf(time) < middleMs ? 0 : ms);
      return eachSpan(exports, (span) => [
        like(span, {
          startTime: laterMs(span.startTime, after(span.startTime)),
          endTime: laterMs(span.endTime, after(span.endTime)),
        }),
      ]);
    },
  };
}

function linesOfSetClock(ms: number): TapeInnocent['tape'] {
  return {
    lines: (lines, { facts: { load } }) =>
      lines.map((text) => {
        const line = parsed(text);
        const atMs = timeOfLine(line);
        return atMs < middleOf(load) ? text : JSON.stringify({ ...line, timestamp: iso(atMs + ms) });
      }),
  };
}

/** What belongs to a debate, in a trace that a request began. */
function workersApart(ms: number): TapeInnocent['tape'] {
  return {
    exports: (exports) => {
      const all = exports.flat();
      const parents = new Map(all.map((span) => [span.spanContext().spanId, span]));
      const isOfDebate = (span: ReadableSpan | undefined): boolean =>
        span !== undefined &&
        (span.name === 'debate.run' || isOfDebate(parents.get(span.parentSpanContext?.spanId ?? '')));
      return eachSpan(exports, (span) =>
        isOfDebate(span)
          ? [like(span, { startTime: laterMs(span.startTime, ms), endTime: laterMs(span.endTime, ms) })]
          : [span],
      );
    },
    ...eachLine((line) =>
      line['agent_count'] === undefined ? [line] : [{ ...line, timestamp: iso(timeOfLine(line) + ms) }],
    ),
  };
}

const both = (ms: number): TapeInnocent['tape'] => ({ ...spansOfSetClock(ms), ...linesOfSetClock(ms) });

export const OF_HOSTS: readonly TapeInnocent[] = [
  {
    name: 'sums as floats of 32 bits',
    because: 'a library may add up so',
    tape: always((right) =>
      withSamples(right, (one) => [/_sum/.test(one.name) ? { ...one, value: Math.fround(one.value) } : one]),
    ),
  },
  {
    name: 'sums with six digits',
    because: 'a library may write so',
    tape: always((right) =>
      withSamples(right, (one) => [/_sum/.test(one.name) ? { ...one, value: Number(one.value.toPrecision(6)) } : one]),
    ),
  },
  {
    name: 'a pause of a second, in which scrapes wait',
    because: 'a garbage collection stops everything',
    tape: stuck(MIDDLE, 1),
  },
  {
    name: 'a pause of two scrapes',
    because: 'a garbage collection stops everything',
    tape: stuck(MIDDLE, 2),
  },
  {
    name: 'a request that took 50 ms less than no time',
    because: 'the clock was set back meanwhile, and a library measures by it',
    tape: {
      exposition: () => {
        const shortened = new Set<string>();
        return scrapeByScrape((one, scrape) => {
          const key = sampleText({ ...one, value: 0 });
          if (scrape === MIDDLE && one.name.endsWith('_seconds_sum') && one.value > 0.06) shortened.add(key);
          return shortened.has(key) ? { ...one, value: one.value - 0.05 } : one;
        });
      },
    },
  },
  {
    name: 'a request that took 50 ms more',
    because: 'the clock was set meanwhile, and a library measures by it',
    tape: {
      exposition: () =>
        scrapeByScrape((one, scrape) => {
          if (scrape < MIDDLE || one.labels['endpoint'] !== '/api/health') return one;
          if (one.name.endsWith('duration_seconds_sum')) return { ...one, value: one.value + 0.05 };
          return one.name.endsWith('duration_seconds_bucket') && Number(one.labels['le']) < 0.05 && one.value > 0
            ? { ...one, value: one.value - 1 }
            : one;
        }),
    },
  },
  {
    name: 'a clock that is set 50 ms ahead in the middle of the load',
    because: 'a time server corrects it',
    tape: both(50),
  },
  {
    name: 'a clock that is set 50 ms back in the middle of the load, while spans are open',
    because: 'a time server corrects it',
    tape: both(-50),
  },
  {
    name: 'workers whose clock is 100 ms ahead',
    because: 'debates run on another machine, in spans and lines of their own',
    tape: workersApart(100),
  },
  {
    name: 'workers whose clock is 100 ms behind',
    because: 'debates run on another machine, in spans and lines of their own',
    tape: workersApart(-100),
  },
  {
    name: 'a query that failed and was tried again',
    because: 'a lock was held by another one',
    tape: every((span) =>
      span.name === 'db.query'
        ? [childOf(span, 'db.query', { attributes: span.attributes }), like(span, {})].map((one, at) =>
            at === 0
              ? Object.assign(one, { status: { code: SpanStatusCode.ERROR, message: 'deadlock detected' } })
              : one,
          )
        : [span],
    ),
  },
  {
    name: 'an error status on a request that was not found',
    because: 'some libraries call each 4xx an error',
    tape: every((span) => [
      span.attributes['status'] === 404
        ? Object.assign(like(span, {}), { status: { code: SpanStatusCode.ERROR } })
        : span,
    ]),
  },
  {
    name: 'a slow disk: each worker writes its lines once a second',
    because: 'lines wait in a buffer, and have the time of what they are about',
    tape: {
      lines: (lines) => {
        const of = (text: string) => (parsed(text)['message'] === 'request' ? 0 : 1);
        return [...lines]
          .map((text, at) => ({ text, at, dueMs: Math.ceil(timeOf(text) / 1000) * 1000 + of(text) * 400 }))
          .sort((a, b) => a.dueMs - b.dueMs || a.at - b.at)
          .map(({ text }) => text);
      },
    },
  },
  {
    name: 'a pause of a second, after which all that waited is logged at once',
    because: 'a garbage collection stops everything',
    undecided: { 'logs.clock': /before or after its spans/ },
    byChance: true,
    tape: {
      lines: (lines, { facts: { load } }) =>
        lines.map((text) => {
          const line = parsed(text);
          const [atMs, fromMs] = [timeOfLine(line), middleOf(load)];
          return atMs >= fromMs && atMs < fromMs + 1000
            ? JSON.stringify({ ...line, timestamp: iso(fromMs + 1000) })
            : text;
        }),
    },
  },
];

/** Operators on whole spans: how many there are, when they were, where they belong, how they ended. */
import type { Uniform } from '../../lib/target/random.ts';
import { momentOf, nanosOf, type TapedSpan } from '../proofs/taped-span.ts';
import type { Aspect } from './mutant.ts';

interface Among {
  /** Every span of the load. */
  readonly all: readonly TapedSpan[];
  /** Those that are changed, and the place of this one among them. */
  readonly picked: readonly TapedSpan[];
  readonly index: number;
  readonly random: Uniform;
}

/** What is exported instead; [] for nothing. */
export type SpanChange = (span: TapedSpan, among: Among) => readonly TapedSpan[];

interface SpanOperator {
  readonly aspect: Aspect;
  readonly change: SpanChange;
}

const CLOCK_OFF_MS = 400;
const LONGER = 10;

const sets: Readonly<Record<string, SpanChange>> = {
  'lose-all': () => [],
  'lose-half': (span, { index }) => (index % 2 === 0 ? [] : [span]),
  'lose-one-in-ten': (span, { index }) => (index % 10 === 0 ? [] : [span]),
  repeat: (span) => [span, span],
  'repeat-with-new-id': (span, { random }) => [span, { ...span, spanId: madeId(random) }],
  'neighbours-span-id': (span, { picked, index }) => [{ ...span, spanId: next(picked, index).spanId }],
};

const trees: Readonly<Record<string, SpanChange>> = {
  'parent-lost': (span) => [{ ...span, parentSpanId: null }],
  'parent-unknown': (span, { random }) => [{ ...span, parentSpanId: madeId(random) }],
  'parent-itself': (span) => [{ ...span, parentSpanId: span.spanId }],
  'parent-of-another-trace': (span, { all }) => [
    { ...span, parentSpanId: all.find(({ traceId }) => traceId !== span.traceId)?.spanId ?? null },
  ],
  'parents-parent': (span, { all }) => [{ ...span, parentSpanId: parentOf(span, all)?.parentSpanId ?? null }],
  'child-as-parent': (span, { all }) => [
    {
      ...span,
      parentSpanId: all.find(({ parentSpanId }) => parentSpanId === span.spanId)?.spanId ?? span.parentSpanId,
    },
  ],
  'sibling-as-parent': (span, { all }) => [
    {
      ...span,
      parentSpanId:
        all.find(
          (other) => other !== span && other.traceId === span.traceId && other.parentSpanId === span.parentSpanId,
        )?.spanId ?? span.parentSpanId,
    },
  ],
  'moved-to-neighbours-trace': (span, { picked, index }) => {
    const { traceId, parentSpanId } = next(picked, index);
    return [{ ...span, traceId, parentSpanId }];
  },
  'moved-to-a-new-trace': (span, { random }) => [{ ...span, traceId: madeId(random) + madeId(random) }],
};

const times: Readonly<Record<string, SpanChange>> = {
  'later-400-ms': (span) => [shifted(span, CLOCK_OFF_MS, CLOCK_OFF_MS)],
  'earlier-400-ms': (span) => [shifted(span, -CLOCK_OFF_MS, -CLOCK_OFF_MS)],
  'starts-400-ms-earlier': (span) => [shifted(span, -CLOCK_OFF_MS, 0)],
  'ends-400-ms-later': (span) => [shifted(span, 0, CLOCK_OFF_MS)],
  'no-time': (span) => [{ ...span, endTime: span.startTime }],
  'half-the-time': (span) => [lasting(span, 0.5)],
  'ten-times-as-long': (span) => [lasting(span, LONGER)],
  'thousand-times-as-long': (span) => [lasting(span, 1000)],
  'start-and-end-swapped': (span) => [{ ...span, startTime: span.endTime, endTime: span.startTime }],
  'after-its-parent': (span, { all }) => {
    const parent = parentOf(span, all);
    if (parent === undefined) return [span];
    const from = nanosOf(parent.endTime) + 1_000_000n;
    return [{ ...span, startTime: momentOf(from), endTime: momentOf(from + lastedNs(span)) }];
  },
  'neighbours-times': (span, { picked, index }) => {
    const { startTime, endTime } = next(picked, index);
    return [{ ...span, startTime, endTime }];
  },
  'constant-times': (span, { picked: [first = span] }) => [
    { ...span, startTime: first.startTime, endTime: first.endTime },
  ],
};

const contents: Readonly<Record<string, SpanChange>> = {
  'status-turned': (span) => [{ ...span, statusCode: span.statusCode === ERROR ? UNSET : ERROR }],
  'status-ok': (span) => [{ ...span, statusCode: OK }],
  'name-made-up': (span) => [{ ...span, name: 'something' }],
  'name-upper-case': (span) => [{ ...span, name: span.name.toUpperCase() }],
  'neighbours-attributes': (span, { picked, index }) => [{ ...span, attributes: next(picked, index).attributes }],
  'constant-attributes': (span, { picked: [first = span] }) => [{ ...span, attributes: first.attributes }],
  'kind-turned': (span) => [{ ...span, kind: span.kind === 0 ? 1 : 0 }],
  'service-lost': (span) => [{ ...span, resource: {} }],
  'service-made-up': (span) => [{ ...span, resource: { ...span.resource, 'service.name': 'something' } }],
};

const UNSET = 0;
const OK = 1;
const ERROR = 2;

function of(aspect: Aspect, changes: Readonly<Record<string, SpanChange>>): [string, SpanOperator][] {
  return Object.entries(changes).map(([operator, change]) => [operator, { aspect, change }]);
}

export const SPAN_OPERATORS: Readonly<Record<string, SpanOperator>> = Object.fromEntries([
  ...of('exists', sets),
  ...of('relation', trees),
  ...of('time', times),
  ...of('content', contents),
]);

function next(picked: readonly TapedSpan[], index: number): TapedSpan {
  const span = picked[(index + 1) % picked.length];
  if (span === undefined) throw new Error('no span was picked');
  return span;
}

function parentOf(span: TapedSpan, all: readonly TapedSpan[]): TapedSpan | undefined {
  return all.find(({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId);
}

function madeId(random: Uniform): string {
  return [random(), random()]
    .map((part) =>
      Math.floor(part * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
}

function shifted(span: TapedSpan, startMs: number, endMs: number): TapedSpan {
  const by = (moment: TapedSpan['startTime'], ms: number) => momentOf(nanosOf(moment) + BigInt(ms) * 1_000_000n);
  return { ...span, startTime: by(span.startTime, startMs), endTime: by(span.endTime, endMs) };
}

function lastedNs({ startTime, endTime }: TapedSpan): bigint {
  return nanosOf(endTime) - nanosOf(startTime);
}

function lasting(span: TapedSpan, times: number): TapedSpan {
  const lasted = BigInt(Math.round(Number(lastedNs(span)) * times));
  return { ...span, endTime: momentOf(nanosOf(span.startTime) + lasted) };
}

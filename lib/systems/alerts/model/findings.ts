/** The checks of a drill as data, and how their findings are worded. */
import { type Evidence, type Finding, NOTHING_MEASURED, type Status } from '../../../core/finding.ts';
import type { DrilledRule } from './timeline.ts';

export const OF_ALERTS = 'alerts';

/** In the order in which an alert goes through them. */
export const ASPECTS = [
  'loaded',
  'reachable',
  'silent-when-healthy',
  'fires',
  'in-time',
  'delivered',
  'routed',
  'once',
  'resolves',
] as const;
export type Aspect = (typeof ASPECTS)[number];

/** Of an alert that no guide names, nobody can say who should get it. */
const UNDOCUMENTED = ['fires', 'in-time', 'resolves'] as const satisfies readonly Aspect[];

export function aspectsOf({ route }: DrilledRule): readonly Aspect[] {
  return route === null ? UNDOCUMENTED : ASPECTS;
}

export const SUBJECT: Readonly<Record<Aspect, string>> = {
  loaded: 'is loaded',
  reachable: 'can have data',
  'silent-when-healthy': 'is silent while the server is healthy',
  fires: 'fires for a real fault',
  'in-time': 'fires in time',
  delivered: 'is delivered',
  routed: 'reaches the right receiver',
  once: 'is sent once, and again when that is due',
  resolves: 'is over after the fault, and its receiver is notified',
};

/** What was found of one aspect. */
export interface Answer {
  readonly status: Status;
  /** One sentence without its full stop. */
  readonly summary: string;
  readonly evidence?: readonly Evidence[];
  /** Another aspect of the same alert explains it. */
  readonly because?: Aspect;
  /** Of a time: what it was, and what it may be. */
  readonly time?: { readonly actualSec: number | null; readonly expectedSec: number };
}

export function findingId(rule: string, aspect: Aspect): string {
  return `${OF_ALERTS}.${rule}.${aspect}`;
}

export function findingOf({ name, source }: DrilledRule, aspect: Aspect, answer: Answer): Finding {
  const { status, summary, evidence = [], because, time } = answer;
  return {
    ...NOTHING_MEASURED,
    ...(time === undefined ? asYes(status) : asTime(time)),
    id: findingId(name, aspect),
    subject: `${name} ${SUBJECT[aspect]}`,
    system: OF_ALERTS,
    status,
    gating: true,
    allowedShare: null,
    source,
    summary,
    evidence,
    ...(because === undefined ? {} : { because: findingId(name, because) }),
  };
}

/** 1 is yes. */
function asYes(status: Status): Pick<Finding, 'operator' | 'expected' | 'actual' | 'margin' | 'unit'> {
  const actual = status === 'pass' ? 1 : status === 'fail' ? 0 : null;
  return { operator: '==', expected: 1, actual, margin: null, unit: 'count' };
}

function asTime({
  actualSec,
  expectedSec,
}: NonNullable<Answer['time']>): Pick<Finding, 'operator' | 'expected' | 'actual' | 'margin' | 'unit'> {
  const margin = actualSec === null ? null : (expectedSec - actualSec) / expectedSec;
  const actual = actualSec === null ? null : 1000 * actualSec;
  return { operator: '<=', expected: 1000 * expectedSec, actual, margin, unit: 'ms' };
}

/** Whether several generators made one load: the same engine, at the same time, to its end, with every record. */
import { leastOf } from '../core/extent.ts';
import type { Finding } from '../core/finding.ts';
import type { LoadGenerator } from '../core/generators.ts';
import { loadEndText } from '../core/load-end.ts';
import { digitsText } from '../core/numbers.ts';
import type { Plan } from '../core/plan.ts';
import { findingOf } from '../systems/finding.ts';
import { RUNNERS } from './checks.ts';
import type { Context } from './context.ts';

/** Generators may begin this far apart: each has to read the scripts first. */
const APART_SEC = 1;
/** One that started an arrival so much later than another ever did was stopped while the other went on. Busy machines delay them by less. */
const PAUSED_SEC = 2;

/** `load.runners`: gating. [] for a load of one generator. */
export function judgeRunners({ load: { generators, reason }, plan }: Context): Finding[] {
  if (generators.length < 2) return [];
  // Its text names the generator.
  const ended = reason.generator === undefined ? null : `the load was ${loadEndText(reason, plan)}`;
  const each = [otherVersion(generators), idleOne(generators), lateOne(generators, plan), pausedOne(generators)];
  const problems = [ended, ...each].filter((why) => why !== null);
  return [
    findingOf(RUNNERS, {
      status: problems.length === 0 ? 'pass' : 'inconclusive',
      summary: problems.join('; ') || `${generators.length} generators of one version began together`,
      evidence: generators.map(({ id, engine: { version } }) => ({ label: `generator ${id}`, value: `k6 ${version}` })),
    }),
  ];
}

function otherVersion(generators: readonly LoadGenerator[]): string | null {
  const [first] = generators;
  const other = generators.find(({ engine }) => engine.version !== first?.engine.version);
  if (first === undefined || other === undefined) return null;
  return `generator ${other.id} ran k6 ${other.engine.version}, generator ${first.id} ran k6 ${first.engine.version}`;
}

/** One that started nothing while others did, as far as anybody saw. */
function idleOne(generators: readonly LoadGenerator[]): string | null {
  const began = ({ firstArrivalSec }: LoadGenerator) => typeof firstArrivalSec === 'number';
  const idle = generators.filter((one) => !began(one)).map(({ id }) => id);
  return idle.length === 0 || !generators.some(began) ? null : `no arrival of generator ${idle.join(', ')} was seen`;
}

/** One that began more than a second after another; null when none surely did. */
function lateOne(generators: readonly LoadGenerator[], plan: Plan): string | null {
  const began = generators.flatMap(({ id, segment, firstArrivalSec, clockOffsetMs }) => {
    if (typeof firstArrivalSec !== 'number') return [];
    // A second is known, and not which part of it.
    const sinceSec = firstArrivalSec - (clockOffsetMs ?? 0) / 1000 - firstDueSec(plan, segment.index);
    return [{ id, atLeastSec: sinceSec, atMostSec: sinceSec + 1 }];
  });
  const [first] = began.toSorted((a, b) => a.atMostSec - b.atMostSec);
  const [last] = began.toSorted((a, b) => b.atLeastSec - a.atLeastSec);
  if (first === undefined || last === undefined) return null;
  const lateSec = last.atLeastSec - first.atMostSec;
  return lateSec > APART_SEC
    ? `generator ${last.id} began at least ${digitsText(lateSec, 2)} s after generator ${first.id}`
    : null;
}

/** One that stood still while others sent: what clients saw meanwhile is not what all of them together do. null when none surely did. */
function pausedOne(generators: readonly LoadGenerator[]): string | null {
  const late = generators.flatMap(({ id, startLatenessUs: us }) => (us === null ? [] : [{ id, sec: us.max / 1e6 }]));
  const [least, ...others] = late.toSorted((a, b) => a.sec - b.sec);
  const most = others.at(-1);
  if (least === undefined || most === undefined || most.sec - least.sec <= PAUSED_SEC) return null;
  return `generator ${most.id} stood still: an arrival started ${digitsText(most.sec, 2)} s late, none of generator ${least.id} over ${digitsText(least.sec, 2)} s`;
}

/** Seconds from the beginning of the load to the first arrival of a generator. */
function firstDueSec({ phases }: Plan, index: number): number {
  const dues = (phases[0]?.journeys ?? []).flatMap((journey) =>
    journey.kind === 'arrivals' ? (journey.steps[0] === undefined ? [] : [index / journey.steps[0].ratePerSec]) : [],
  );
  return dues.length === 0 ? 0 : leastOf(dues);
}

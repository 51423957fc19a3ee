/** Shares of what is wrong, among all and in each group: what is wrong at one endpoint alone is little of all. */
import type { Finding, ShareInterval } from '../core/finding.ts';
import { clopperPearson } from '../stats/binomial.ts';

export interface Judged {
  readonly traceId: string;
  /** For example its endpoint. */
  readonly group: string;
  /** What is wrong with it, in words; [] for nothing. */
  readonly problems: readonly string[];
}

/** How often the tests of all groups together accuse a server that is wrong as often as is allowed (Bonferroni). */
const ERROR_RATE = 0.05;

export interface Share extends Pick<Finding, 'status' | 'samples' | 'bad'> {
  readonly samples: number;
  readonly bad: number;
  readonly interval: ShareInterval;
  readonly wrong: readonly Judged[];
  /** The first few kinds of what is wrong. */
  readonly kinds: string;
}

/** Fails where surely more than `allowed` of all, or of one group, are wrong. */
export function shareOf(all: readonly Judged[], allowed: number): Share {
  const wrong = all.filter(({ problems }) => problems.length > 0);
  const groups = [...new Set(all.map(({ group }) => group))];
  const confidence = 1 - ERROR_RATE / (groups.length + 1);
  const isSure = (samples: number, bad: number) => clopperPearson({ bad, samples, confidence }).lower > allowed;
  const at = (some: readonly Judged[], group: string) => some.filter((one) => one.group === group).length;
  const [samples, bad] = [all.length, wrong.length];
  const isBroken = isSure(samples, bad) || groups.some((group) => isSure(at(all, group), at(wrong, group)));
  return {
    status: isBroken ? 'fail' : bad / samples <= allowed ? 'pass' : 'inconclusive',
    ...{ samples, bad, wrong, interval: clopperPearson({ bad, samples, confidence }) },
    kinds: [...new Set(wrong.flatMap(({ problems }) => problems))].slice(0, 3).join(', '),
  };
}

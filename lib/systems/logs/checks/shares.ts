/** Wrong shares of requests, of all of them and of each endpoint: what is wrong at one endpoint alone is few of all. */
import type { Finding, ShareInterval } from '../../../core/finding.ts';
import { clopperPearson } from '../../../stats/binomial.ts';

export interface Judged {
  readonly traceId: string;
  readonly endpoint: string;
  /** What is wrong with it, in words; [] for nothing. */
  readonly problems: readonly string[];
}

/** How often the tests of all endpoints together accuse a server that is wrong as often as is allowed. */
const ERROR_RATE = 0.05;

export interface Share extends Pick<Finding, 'status' | 'samples' | 'bad'> {
  readonly samples: number;
  readonly bad: number;
  readonly interval: ShareInterval;
  readonly wrong: readonly Judged[];
  /** The first few kinds of what is wrong. */
  readonly kinds: string;
}

/** Fails where surely more than `allowed` of all, or of one endpoint's, are wrong. */
export function shareOf(all: readonly Judged[], allowed: number): Share {
  const wrong = all.filter(({ problems }) => problems.length > 0);
  const endpoints = [...new Set(all.map(({ endpoint }) => endpoint))];
  const confidence = 1 - ERROR_RATE / (endpoints.length + 1);
  const isSure = (samples: number, bad: number) => clopperPearson({ bad, samples, confidence }).lower > allowed;
  const at = (some: readonly Judged[], endpoint: string) => some.filter((one) => one.endpoint === endpoint).length;
  const [samples, bad] = [all.length, wrong.length];
  const isBroken =
    isSure(samples, bad) || endpoints.some((endpoint) => isSure(at(all, endpoint), at(wrong, endpoint)));
  return {
    status: isBroken ? 'fail' : bad / samples <= allowed ? 'pass' : 'inconclusive',
    ...{ samples, bad, wrong, interval: clopperPearson({ bad, samples, confidence }) },
    kinds: [...new Set(wrong.flatMap(({ problems }) => problems))].slice(0, 3).join(', '),
  };
}

/** Healthy servers that look odd, tried on a tape of one conforming run: none is accused, and what they leave undecided says why. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../lib/core/finding.ts';
import type { Verdict } from '../../lib/core/verdict.ts';
import { observedAndJudged } from '../proofs/replay.ts';
import type { Tape } from '../proofs/tape.ts';
import { sharedTape } from '../support/tape/taped.ts';
import { systemsOf, type TapeInnocent } from './innocent.ts';
import { OF_BURSTS } from './of-bursts.ts';
import { OF_DEBATE_METRICS } from './of-debate-metrics.ts';
import { OF_HOSTS } from './of-hosts.ts';
import { OF_LANGUAGES } from './of-languages.ts';
import { OF_LOG_LINES } from './of-log-lines.ts';
import { OF_LOGGERS } from './of-loggers.ts';
import { OF_LOGS } from './of-logs.ts';
import { OF_METRIC_TEXTS } from './of-metric-texts.ts';
import { OF_METRIC_VALUES } from './of-metric-values.ts';
import { OF_METRICS } from './of-metrics.ts';
import { OF_OTHERS } from './of-others.ts';
import { OF_REDIRECTS } from './of-redirects.ts';
import { OF_REPLICAS } from './of-replicas.ts';
import { OF_SPAN_TREES } from './of-span-trees.ts';
import { OF_TRACES } from './of-traces.ts';

const INNOCENTS: readonly TapeInnocent[] = [
  ...OF_METRICS,
  ...OF_DEBATE_METRICS,
  ...OF_METRIC_TEXTS,
  ...OF_METRIC_VALUES,
  ...OF_TRACES,
  ...OF_SPAN_TREES,
  ...OF_LOGS,
  ...OF_LOG_LINES,
  ...OF_OTHERS,
  ...OF_BURSTS,
  ...OF_REDIRECTS,
  ...OF_HOSTS,
  ...OF_REPLICAS,
  ...OF_LOGGERS,
  ...OF_LANGUAGES,
];
const words = ({ id, status, summary }: Finding) => `${id} ${status}: ${summary}`;

let tape: Tape;
beforeAll(() => {
  tape = sharedTape();
});

test('the taped run conforms', () => {
  expect(tape.facts.verdict.findings.filter(({ gating, status }) => gating && status !== 'pass').map(words)).toEqual(
    [],
  );
});

test('each innocent has a name of its own', () => {
  expect(new Set(INNOCENTS.map(({ name }) => name)).size).toBe(INNOCENTS.length);
});

describe('nobody accuses a healthy server', () => {
  test.for(INNOCENTS)('$name', async (innocent) => {
    const open = (await judged(innocent)).findings.filter(({ gating, status }) => gating && status !== 'pass');
    const { undecided = {} } = innocent;
    const isExpected = ({ id, status, summary }: Finding) =>
      status !== 'fail' &&
      Object.entries(undecided).some(([ids, why]) => `${id}.`.startsWith(`${ids}.`) && why.test(summary));
    expect(open.filter((finding) => !isExpected(finding)).map(words), innocent.because).toEqual([]);
    if (innocent.byChance) return;
    const needless = Object.keys(undecided).filter((ids) => !open.some(({ id }) => `${id}.`.startsWith(`${ids}.`)));
    expect(needless, 'said to be undecided, and yet decided').toEqual([]);
  });
});

function judged(innocent: TapeInnocent): Promise<Verdict> {
  const { exposition, exports, lines } = innocent.tape;
  const changed: Tape = {
    ...(innocent.others ? shared(tape) : tape),
    exports: exports?.(tape.exports, tape) ?? tape.exports,
    lines: lines?.(tape.lines, tape) ?? tape.lines,
  };
  return observedAndJudged(changed, systemsOf(innocent.tape), () =>
    exposition === undefined ? {} : { exposition: exposition(tape) },
  );
}

/** The tape of a server that others call, too. */
function shared({ facts, wanted, ...rest }: Tape): Tape {
  const { telemetry } = wanted;
  const open = { ...telemetry, exclusive: false };
  return {
    ...rest,
    facts: { ...facts, plan: { ...facts.plan, telemetry: open } },
    wanted: { ...wanted, telemetry: open },
  };
}

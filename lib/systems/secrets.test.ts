import { describe, expect, it, test } from 'vitest';
import { judgeObserved, systemNamed } from '../../test/support/judge-system.ts';
import type { Observation, SecretsObserved } from '../core/observation.ts';

const METRICS = { kind: 'metrics', status: 'collected', source: 'direct', atMs: [0, 1], families: [] } as const;

const judged = (...observations: readonly (Observation | undefined)[]) =>
  judgeObserved(
    systemNamed('metrics'),
    observations.flatMap((one) => one ?? []),
    {},
    (id) => id === 'metrics.secrets',
  )[0];

describe('secrets in metrics', () => {
  const searched = (leaks: number, count = 1): SecretsObserved => ({
    kind: 'secrets',
    status: 'collected',
    searched: count,
    tooShort: 0,
    places: [
      { kind: 'metrics', texts: 300, leaks, examples: leaks > 0 ? [{ where: 'families[0].help', text: '***' }] : [] },
    ],
  });

  test.each([
    ['none', searched(0), 'pass'],
    ['one', searched(1), 'fail'],
    ['not searched for, for want of a secret', searched(0, 0), 'no-data'],
    ['not searched for', undefined, 'no-data'],
  ])('%s', (_, secrets, status) => {
    expect(judged(METRICS, secrets)).toMatchObject({ id: 'metrics.secrets', status });
  });

  it('are found in lines of metrics that are not kept', () => {
    const observation = { ...METRICS, leaking: ['other{token="***"} 1'] };
    expect(judged(observation, searched(0))).toMatchObject({
      status: 'fail',
      bad: 1,
      evidence: [{ label: 'line', value: 'other{token="***"} 1' }],
    });
  });

  it('are not looked for where nothing was observed', () => {
    expect(judged(searched(0))).toMatchObject({ status: 'no-data', summary: 'no metrics were collected' });
  });

  it('are not found in what could not be had, though its reason was searched', () => {
    const reason = { reason: 'GET /metrics answers 404', hint: 'enable it' };
    const observation = { kind: 'metrics', status: 'unavailable', source: 'direct', ...reason } as const;
    expect(judged(observation, searched(0))?.status).toBe('unavailable');
  });
});

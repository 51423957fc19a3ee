/** Errors in the log while nothing fails: where they are noticed, and where they may be about something that failed. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import { finding, judged, logged, problems, real, recordLogs } from '../../../../test/support/logs-run.ts';
import type { LogErrors, LoggedRequest } from '../observation.ts';

beforeAll(recordLogs);

const NONE = { count: 0, examples: [] };
const SOME = { count: 7, examples: [{ line: 3, text: 'no such table', problem: 'has the level ERROR' }] };

const errorsOf = (errors: Partial<LogErrors>, given: Parameters<typeof judged>[0] = {}, requests?: LoggedRequest[]) => {
  const all = { ofLoad: {}, besides: NONE, undated: 0, ...errors };
  const logs = [{ ...real, errors: all, ...(requests !== undefined && { requests }) }];
  return finding('logs.levels.errors', judged({ logs, ...given }));
};

test('a log without any passes, and does not gate', () => {
  expect(errorsOf({})).toMatchObject({ status: 'pass', gating: false, bad: 0 });
});

describe('errors while nothing fails', () => {
  it('are noticed about good requests, with what they say', () => {
    expect(errorsOf({ ofLoad: { health: SOME } })).toMatchObject({
      status: 'fail',
      gating: false,
      bad: 7,
      summary:
        '7 lines of level ERROR or CRITICAL about requests that their clients saw answered well: something failed that no client saw, or the level is too high',
      evidence: [{ label: 'log' }, { label: 'line 3, has the level ERROR', value: 'no such table' }],
    });
  });

  it('are noticed beside the requests', () => {
    expect(errorsOf({ besides: SOME })).toMatchObject({
      status: 'fail',
      summary: expect.stringMatching(
        /^7 lines of level ERROR or CRITICAL about no request of the load, while nothing failed: /,
      ),
    });
  });

  it('are noticed about a good request also where others failed', () => {
    const requests = logged({ levels: ['INFO', 'ERROR'], error: 'no such table' });
    const seen = errorsOf({ ofLoad: { health: SOME } }, { unreached: 1 }, requests);
    expect(seen).toMatchObject({ status: 'fail', bad: requests.length });
    expect(seen.evidence.at(-1)?.value).toBe('no such table');
  });
});

describe('errors of which nobody knows that nothing failed', () => {
  test.each([
    ['beside the requests, where some failed', { besides: SOME }, { unreached: 1 }, /and some requests failed$/],
    ['without a readable time', { undated: 3 }, {}, /^3 lines .* without a readable time$/],
  ] as const)('%s', (_, errors, given, summary) => {
    const seen = errorsOf(errors, given);
    expect(seen).toMatchObject({ status: 'inconclusive', summary: expect.stringMatching(summary) });
    expect(seen.undecidedBy).toBeUndefined();
  });

  test('beside the requests, where others call the server', () => {
    expect(errorsOf({ besides: SOME }, { exclusive: false })).toMatchObject({
      status: 'inconclusive',
      undecidedBy: 'others',
    });
  });

  test('about requests of a journey in which some failed', () => {
    expect(errorsOf({ ofLoad: { health: SOME } }, { unreached: 1 })).toMatchObject({
      status: 'pass',
      summary: expect.stringMatching(/; 7 are about requests of journeys in which some failed$/),
    });
  });

  test('in lines that may have the trace ids of other requests', () => {
    const requests = logged({ levels: ['ERROR'], error: 'no such table' });
    const errors = { ofLoad: { health: SOME }, besides: NONE, undated: 0 };
    const logs = [{ ...real, errors, requests, ofOthers: problems(1, 'has the trace id of another') }];
    expect(finding('logs.levels.errors', judged({ logs, unreached: 1 })).status).toBe('pass');
  });
});

test('without evidence it is not judged', () => {
  const { errors: _, ...old } = real;
  expect(finding('logs.levels.errors', judged({ logs: [old] }))).toMatchObject({ status: 'no-data', gating: false });
  expect(finding('logs.levels.errors', judged({ logs: [{ ...real, levels: {} }] })).status).toBe('no-data');
  expect(finding('logs.levels.errors', judged({ logs: [{ ...real, complete: false }] })).status).toBe('inconclusive');
});

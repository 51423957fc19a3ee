import { describe, expect, test } from 'vitest';
import { factsOf } from '../../test/support/judged.ts';
import { PROFILES } from '../../thresholds/profiles.ts';
import type { Observation } from '../core/observation.ts';
import type { LoadReason } from '../core/recording.ts';
import { telemetryPlanOf } from '../run/telemetry-plan.ts';
import { Collector, type CollectorRequest } from './collector.ts';
import type { Measured, ObserveContext, Observed, Observer } from './observer.ts';

const TOKEN = 'token-of-the-server';
const PASSWORD = 'password-of-the-backend';

function request(signal = new AbortController().signal): CollectorRequest {
  return {
    seed: 1,
    scenarios: {},
    telemetry: telemetryPlanOf(PROFILES.check, 'documented', {}),
    options: { toy: 'http://toy' },
    access: { toy: { auth: { kind: 'basic', user: 'me', password: PASSWORD } } },
    token: TOKEN,
    embedded: false,
    signal,
  };
}

function measured(reason: LoadReason = { kind: 'finished' }): Measured {
  const { load, recording } = factsOf([], {}, { load: { reason } });
  return { load, recording, started: {} };
}

/** A system whose observer is made of these parts. */
function toy(parts: (context: ObserveContext) => Partial<Observer>): Observed {
  return { observe: async (context) => ({ collect: async () => [], ...parts(context) }) };
}

const seen = (kind: string, text = ''): Observation => ({ kind, status: 'collected', from: text });

describe('the evidence of a run', () => {
  test('is what each system gives, in their order, and what was found of secrets at last', async () => {
    const collector = await Collector.open(request(), [
      toy(() => ({ collect: async () => [seen('first')] })),
      toy(() => ({ collect: async () => [seen('second'), seen('second')] })),
    ]);
    const observations = await collector.collect(measured());
    expect(observations.map(({ kind }) => kind)).toEqual(['first', 'second', 'second', 'secrets']);
    await collector.close();
  });

  test('holds no secret that was sent, and says where it was; what opens a backend is hidden and proves nothing', async () => {
    const opened: Collector[] = [];
    const leaky = toy(() => ({
      collect: async () => [seen('leaky', `${opened[0]?.canary} ${TOKEN}`), seen('backend', PASSWORD)],
    }));
    const collector = await Collector.open(request(), [leaky]);
    opened.push(collector);
    const observations = await collector.collect(measured());
    expect(observations).toMatchObject([
      { kind: 'leaky', from: '*** ***' },
      { kind: 'backend', from: '***' },
      {
        kind: 'secrets',
        searched: 2,
        places: [
          { kind: 'leaky', leaks: 1 },
          { kind: 'backend', leaks: 0 },
        ],
      },
    ]);
    expect(JSON.stringify(observations)).not.toMatch(new RegExp(`${TOKEN}|${PASSWORD}|${collector.canary}`));
    await collector.close();
  });

  test('hands on to the embedded target and to a person what the observers say', async () => {
    const collector = await Collector.open(request(), [
      toy(() => ({ targetArgs: ['--otlp', 'http://here'], awaited: 'the first' })),
      toy(() => ({})),
      toy(() => ({ targetArgs: ['--log', 'file'], awaited: 'the second' })),
    ]);
    expect(collector.targetArgs).toEqual(['--otlp', 'http://here', '--log', 'file']);
    expect(collector.awaited).toBe('the first, and for the second');
    await collector.close();
  });

  test('begins with the address of the server', async () => {
    const begun: string[] = [];
    const one = toy(() => ({ begin: async (httpUrl) => void begun.push(httpUrl) }));
    const collector = await Collector.open(request(), [one, toy(() => ({})), one]);
    await collector.begin('http://server');
    expect(begun).toEqual(['http://server', 'http://server']);
    await collector.close();
  });

  test('closes what was opened when one system can not be observed', async () => {
    const closed: string[] = [];
    const fine = toy(() => ({ close: async () => void closed.push('fine') }));
    const broken: Observed = {
      observe: async () => {
        throw new Error('the port is taken');
      },
    };
    await expect(Collector.open(request(), [fine, broken])).rejects.toThrow('the port is taken');
    expect(closed).toEqual(['fine']);
  });

  test('is none after an interruption, before and while it is collected', async () => {
    const abort = new AbortController();
    const waiting = toy(({ signal }) => ({
      collect: () => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    }));
    const collector = await Collector.open(request(abort.signal), [waiting]);
    expect(await collector.collect(measured({ kind: 'interrupted', signal: 'SIGINT' }))).toEqual([]);
    const collecting = collector.collect(measured());
    abort.abort('SIGINT');
    expect(await collecting).toEqual([]);
    await collector.close();
  });

  test('is what was whole before an interruption, and what an observer saw until then', async () => {
    const abort = new AbortController();
    const first = toy(() => ({ collect: async () => [seen('first')], after: async () => [seen('after')] }));
    const drill = toy(() => ({
      after: async () => {
        abort.abort('SIGINT');
        return [seen('until then')];
      },
    }));
    const never = toy(() => ({ after: async () => [seen('never')] }));
    const collector = await Collector.open(request(abort.signal), [first, drill, never]);
    const kinds = (await collector.collect(measured())).map(({ kind }) => kind);
    expect(kinds).toEqual(['first', 'after', 'until then', 'secrets']);
    await collector.close();
  });

  test('fails with what an observer did not expect', async () => {
    const collector = await Collector.open(request(), [
      toy(() => ({
        collect: async () => {
          throw new TypeError('a defect');
        },
      })),
    ]);
    await expect(collector.collect(measured())).rejects.toThrow('a defect');
    await collector.close();
  });
});

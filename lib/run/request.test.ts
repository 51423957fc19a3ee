import { describe, expect, onTestFinished, test } from 'vitest';
import { webConsole } from '../../test/extend/console.ts';
import { SloError } from '../core/error.ts';
import type { Said } from '../options/resolve.ts';
import { addSystem } from '../systems/index.ts';
import { checkRequest, commandLine, runRequest } from './request.ts';

const said = (flags: Said['flags'], rest: Partial<Said> = {}): Said => ({ flags, env: {}, ...rest });
const file = (values: Record<string, unknown>) => ({ path: 'aragora-slo.config.yaml', values });
const again = (asked: ReturnType<typeof runRequest>): string => commandLine({ ...asked, token: undefined }, 7);
const profile = { name: 'own', description: '', journeys: {}, gates: 'all' };

describe('what contradicts itself is refused, wherever it comes from:', () => {
  const target = 'http://h';
  const cases: Record<string, [Said, message: RegExp]> = {
    'a break of a named target': [said({ target, break: ['ws.drop'] }), /^--break is for the embedded target/],
    'a break of the target that the file names': [
      said({ break: ['ws.drop'] }, { file: file({ target }) }),
      /^--break is for the embedded target/,
    ],
    'a WebSocket address without a target': [
      said({}, { env: { ARAGORA_SLO_WS: 'ws://h/ws' } }),
      /^--ws needs --target/,
    ],
    'the WebSocket address of the file with another target': [
      said({ target: 'http://other' }, { file: file({ target, ws: 'ws://h/ws' }) }),
      /^the "ws" of aragora-slo\.config\.yaml belongs to its "target"/,
    ],
    'a source for the embedded target': [said({ loki: 'http://l' }), /^--loki needs --target/],
    'a certificate for the embedded target': [said({ backendCa: 'ca.pem' }), /^--backend-ca needs --target/],
    'a namespace without a cluster': [
      said({ target, namespace: 'load' }),
      /^--namespace needs --kubernetes: without it the engines run on this machine$/,
    ],
    'an image without a cluster': [said({ target, engineImage: 'e:1' }), /^--engine-image needs --kubernetes/],
    'a cluster without an image': [said({ target, kubernetes: true }), /^--kubernetes needs --engine-image/],
    'a source that nobody looks at': [
      said({ target, jaeger: 'http://j', telemetry: false }),
      /^--jaeger and --no-telemetry exclude each other$/,
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [given, message]) => {
    expect(() => runRequest(given)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
    expect(() => runRequest(given)).toThrow(SloError);
  });

  test('a source of an added system, of which the embedded target may have nothing, has a reason that is true', () => {
    onTestFinished(addSystem(webConsole));
    expect(() => runRequest(said({ console: 'http://g' }))).toThrow(
      '--console needs --target: of the embedded target, only the telemetry that it brings itself is read',
    );
  });

  test('sources of the environment and the file wait for a target, and for telemetry', () => {
    const env = { ARAGORA_SLO_LOKI: 'http://l' };
    expect(runRequest(said({}, { env })).sources).toEqual({});
    expect(runRequest(said({ target, telemetry: false }, { env })).sources).toEqual({});
    expect(runRequest(said({ target }, { env })).sources).toEqual({ loki: 'http://l' });
  });
});

test('a config file may name the cluster of other runs', () => {
  const values = { target: 'http://h', namespace: 'load', engineImage: 'e:1' };
  expect(runRequest(said({}, { file: file(values) }))).toMatchObject({ kubernetes: false, namespace: 'load' });
});

test('only a flag lets the embedded target write into a Redis', () => {
  const redis = 'redis://r:6379/1';
  const rest = { env: { ARAGORA_SLO_REDIS: redis }, file: file({ redis }) };
  expect(runRequest(said({}, rest)).sources).toEqual({});
  expect(runRequest(said({ redis })).sources).toEqual({ redis });
  expect(runRequest(said({ target: 'http://h' }, rest)).sources).toEqual({ redis });
});

describe('the command that asks for the run again', () => {
  test('says profile, contract and seed, and what is not the default', () => {
    expect(again(runRequest(said({})))).toBe('npx aragora-slo run --profile smoke --contract documented --seed 7');
    const flags = {
      target: 'http://h',
      telemetry: false,
      full: true,
      out: 'here',
      quiet: true,
      history: 'runs',
      seed: '3',
    };
    expect(again(runRequest(said(flags)))).toBe(
      'npx aragora-slo run --target http://h --profile smoke --contract documented --no-telemetry --seed 7 --full',
    );
  });

  test('says what a file and variables said, without them', () => {
    const env = { ARAGORA_SLO_LOG_FILE: 'a b.log' };
    const asked = runRequest(said({}, { env, file: file({ target: 'http://h', profile: './p.yaml', slo: 's.yaml' }) }));
    expect(again(asked)).toBe(
      "npx aragora-slo run --target http://h --profile ./p.yaml --contract documented --slo s.yaml --seed 7 --log-file 'a b.log' --no-config",
    );
  });

  test('needs the file where that holds the load or the objectives themselves', () => {
    expect(again(runRequest(said({}, { file: file({ profile }) })))).toBe(
      'npx aragora-slo run --contract documented --seed 7 --config aragora-slo.config.yaml',
    );
  });

  test('breaks the embedded target again', () => {
    expect(again(runRequest(said({ break: ['a', 'b'] })))).toMatch(/ --seed 7 --break a --break b$/);
  });

  test('of check is a run of its profile', () => {
    const asked = checkRequest(
      said({}, { file: file({ profile: 'soak', contract: 'aragora-2.11', telemetry: false }) }),
    );
    expect(asked).toMatchObject({ profile: 'check', telemetry: true, contract: 'aragora-2.11' });
    expect(again(asked)).toBe('npx aragora-slo run --profile check --contract aragora-2.11 --seed 7 --no-config');
  });
});

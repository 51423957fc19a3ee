import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SloError } from '../core/error.ts';
import { legalValues, nearest } from '../core/nearest.ts';
import { url } from '../options/kinds.ts';
import { readText } from '../options/resolve.ts';
import { loadProfile, profileKind } from './profile.ts';
import { apiToken } from './secrets.ts';
import { loadObjectives } from './slo.ts';
import { targetUrls } from './target.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'aragora-slo-config-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function file(text: string): string {
  const path = join(dir, `${Math.abs(hash(text))}.yaml`);
  writeFileSync(path, text);
  return path;
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
}

function refusal(action: () => unknown): { message: string; hint: string | undefined } {
  try {
    action();
  } catch (error) {
    if (error instanceof SloError) return { message: error.message.replaceAll(dir, 'DIR'), hint: error.hint };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('nearest', () => {
  test.each([
    ['smok', 'smoke'],
    ['nigthly', 'nightly'],
    ['xyz', undefined],
    ['', undefined],
  ])('%j is taken for %j', (word, expected) => {
    expect(nearest(word, ['smoke', 'nightly', 'release'])).toBe(expected);
  });

  test('without legal values there is nothing near', () => {
    expect(nearest('a', [])).toBeUndefined();
    expect(legalValues('smok', ['smoke'])).toBe('did you mean "smoke"? legal values: smoke');
  });
});

describe('a profile', () => {
  test('is found by name', () => {
    expect(loadProfile('smoke').name).toBe('smoke');
  });

  test('is read from a file, a rate for a duration being one step', () => {
    const path = file(
      'name: mine\njourneys:\n  health: {ratePerSec: 5, durationSec: 10}\n  websocket: {sockets: 2, durationSec: 10}\n',
    );
    expect(loadProfile(path)).toEqual({
      name: 'mine',
      description: '',
      gates: 'all',
      journeys: {
        health: { steps: [{ ratePerSec: 5, durationSec: 10 }] },
        websocket: { sockets: 2, durationSec: 10, pingEverySec: 1 },
      },
    });
  });

  test('may ask for an early answer', () => {
    const path = file('name: e\njourneys: {health: {ratePerSec: 1, durationSec: 90}}\nearly: {afterSec: 20}\n');
    expect(loadProfile(path)).toMatchObject({ early: { afterSec: 20 } });
  });

  const refusals: Record<string, [string, RegExp, RegExp?]> = {
    'with a negative rate': [
      'name: x\njourneys: {health: {ratePerSec: -1, durationSec: 1}}',
      /"journeys\.health\.ratePerSec" must be a number of arrivals per second, > 0 and ≤ 100,000, of at most two decimals, got -1/,
    ],
    'that gates nothing': [
      'name: x\njourneys: {health: {ratePerSec: 1, durationSec: 1}}\ngates: []',
      /"gates" must be a list that names at least one gate, or "all", got a list/,
    ],
    'with a rate in words': [
      'name: x\njourneys: {health: {ratePerSec: fast, durationSec: 1}}',
      /ratePerSec" must be .* got "fast"/,
    ],
    'with half a second': [
      'name: x\njourneys: {health: {ratePerSec: 1, durationSec: 0.5}}',
      /durationSec" must be a whole number of seconds/,
    ],
    'with a misspelt key': [
      'name: x\njourneys: {health: {ratePerSecond: 1, durationSec: 1}}',
      /"journeys\.health" has no key "ratePerSecond"/,
      /did you mean "ratePerSec"\? legal keys: ratePerSec, durationSec, steps/,
    ],
    'with a misspelt journey': [
      'name: x\njourneys: {healht: {ratePerSec: 1, durationSec: 1}}',
      /has no key "healht"/,
      /did you mean "health"\?/,
    ],
    'with both a rate and steps': [
      'name: x\njourneys: {health: {ratePerSec: 1, durationSec: 1, steps: [{ratePerSec: 1, durationSec: 1}]}}',
      /either/,
    ],
    'with neither a rate nor steps': ['name: x\njourneys: {health: {}}', /either/],
    'with an early answer after 5 s': [
      'name: x\njourneys: {health: {ratePerSec: 1, durationSec: 90}}\nearly: {afterSec: 5}',
      /"early\.afterSec" must be a whole number of seconds, 20 to 86,400, got 5/,
    ],
    'with an early answer that names no time': [
      'name: x\njourneys: {health: {ratePerSec: 1, durationSec: 90}}\nearly: true',
      /"early" must be an object with afterSec/,
    ],
    'with an early answer to several steps': [
      'name: x\njourneys: {health: {steps: [{ratePerSec: 1, durationSec: 90}, {ratePerSec: 2, durationSec: 90}]}}\nearly: {afterSec: 20}',
      /"early" needs journeys of a single step each/,
      /every step says something different/,
    ],
    'with no journey': ['name: x\njourneys: {}', /names no journey/],
    'that is a list': ['[1, 2]', /the document must be an object with name and journeys/],
    'that is empty': ['', /the document must be an object/],
    'that is not YAML': ['name: [x', /: it is not valid YAML/],
    'of several documents': [
      'name: x\njourneys: {}\n---\nname: y',
      /: holds 2 YAML documents, and only objectives may come in several/,
      /a file of its own/,
    ],
    'with two rules broken by one value, and unknown keys in several places': [
      'name: x\nfoo: 1\njourneys: {helth: {ratePerSec: 1, durationSec: 1}, health: {ratePerSec: -1, durationSec: 1}}',
      /^\S+ "journeys\.health\.ratePerSec" must be [^;]*, got -1; "journeys" has no key "helth"; the document has no key "foo"$/,
      /^for "journeys": did you mean "health"\? legal keys: health, .*; for the document: legal keys: name, /,
    ],
    'with a tag that nobody resolves': [
      'name: !env NAME\njourneys: {}',
      /is not valid YAML: Unresolved tag: !env at line 1/,
    ],
    'with a rate that no JSON knows': [
      'name: x\njourneys: {health: {ratePerSec: .inf, durationSec: 1}}',
      /ratePerSec" must be a number of arrivals per second, .* got Infinity/,
    ],
  };
  test.each(Object.entries(refusals))('%s is refused', (_, [text, message, hint]) => {
    const seen = refusal(() => loadProfile(file(text)));
    expect(seen.message).toMatch(message);
    if (hint !== undefined) expect(seen.hint).toMatch(hint);
  });

  test('of an unknown name is refused', () => {
    const { message, hint } = refusal(() => readText(profileKind, 'smoek', '--profile'));
    expect(message).toBe(
      '--profile must be the name of a profile, the path of a file, or an object with name and journeys, got "smoek"',
    );
    expect(hint).toMatch(/did you mean "smoke"\? legal values: check, smoke.*, or the path of a YAML file/);
  });

  test('of a file that is not there is refused', () => {
    expect(refusal(() => loadProfile('./nowhere.yaml')).message).toBe('cannot read ./nowhere.yaml: it does not exist');
  });
});

const SLO = (
  objective: string,
  spec = 'thresholdMetric: {metricSource: {type: aragora-slo, spec: {endpoint: health}}}',
): string =>
  `apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: fast}\nspec:\n  service: aragora\n  indicator: {spec: {${spec}}}\n  objectives: [${objective}]\n`;
const RATIO = 'ratioMetric: {good: {metricSource: {type: aragora-slo, spec: {endpoints: [health, consensus]}}}}';

describe('an OpenSLO file', () => {
  test('with a threshold is a latency objective', () => {
    const [objective] = loadObjectives(file(SLO('{op: lte, value: 20, target: 0.95}')));
    expect(objective).toMatchObject({
      kind: 'latency',
      id: 'fast.1',
      endpoint: 'health',
      percentile: 95,
      limitMs: 20,
      gating: true,
    });
  });

  test('with a ratio is an availability objective', () => {
    const [objective] = loadObjectives(file(SLO('{target: 0.999}', RATIO)));
    expect(objective).toMatchObject({ kind: 'availability', endpoints: ['health', 'consensus'], target: 0.999 });
  });

  const complete = `timeWindow: [{duration: 28d, isRolling: true}]\n  budgetingMethod: Occurrences\n  objectives`;
  const TOTAL = RATIO.replace(
    '{good:',
    '{counter: true, total: {metricSource: {type: aragora-slo, spec: {endpoints: [consensus, health]}}}, good:',
  );

  test('that is complete is taken where that changes nothing', () => {
    const [latency] = loadObjectives(file(SLO('{value: 20, target: 0.95}').replace('objectives', complete)));
    expect(latency).toMatchObject({ id: 'fast.1', percentile: 95 });
    const [ratio] = loadObjectives(file(SLO('{target: 0.999}', TOTAL).replace('objectives', complete)));
    expect(ratio).toMatchObject({ kind: 'availability', endpoints: ['health', 'consensus'] });
  });

  test('of several documents names the wrong one as people count', () => {
    const one = SLO('{value: 20, target: 0.95}');
    const wrong = `${one}---\n${one.replace('fast', 'FAST')}`;
    expect(refusal(() => loadObjectives(file(wrong))).message).toContain(': entry 2: "metadata.name" must be ');
  });

  test('of several documents has their objectives, and an empty one is none', () => {
    const one = SLO('{value: 20, target: 0.95}');
    expect(loadObjectives(file(`---\n${one}---\n${one.replace('fast', 'faster')}---\n`))).toMatchObject([
      { id: 'fast.1' },
      { id: 'faster.1' },
    ]);
    expect(loadObjectives(file(`${one}---\n`))).toHaveLength(1);
  });

  const refusals: Record<string, [string, RegExp]> = {
    'whose total is of other answers': [
      SLO('{target: 0.999}', TOTAL.replace('[consensus, health]', '[consensus]')),
      /ratioMetric" must be a ratio whose total names the same endpoints as good/,
    ],
    'with a window of no time': [
      SLO('{value: 20, target: 0.9}').replace('objectives', 'timeWindow: [{duration: soon}]\n  objectives'),
      /timeWindow\.0\.duration" must be a duration such as 28d/,
    ],
    'with several mistakes': [
      SLO('{value: -1, target: 2, op: gt}'),
      /op" must be "lte".*; .*value" must be a number of ms.*; .*target" must be a share/,
    ],
    'without its parts': [
      'apiVersion: openslo/v1\nkind: SLO\nmetadata: 3\nspec: {service: aragora, objectives: []}',
      /"metadata" must be an object with keys, got 3; "spec\.indicator" must be an object with keys, got nothing;/,
    ],
    'of another version': [
      SLO('{value: 20, target: 0.9}').replace('v1', 'v2'),
      /: "apiVersion" must be "openslo\/v1", got "openslo\/v2"/,
    ],
    'that is empty': ['', /the document must be an SLO with apiVersion, kind, metadata and spec, got null/],
    'that is one of a list': [
      `- ${SLO('{value: 20, target: 2}').replaceAll('\n', '\n  ').trim()}`,
      /entry 1: "spec\.objectives\.0\.target"/,
    ],
    'with a target of 1': [
      SLO('{value: 20, target: 1}'),
      /target" must be a share between 0 and 1, both excluded, got 1/,
    ],
    'with a latency but no limit': [SLO('{target: 0.9}'), /value" must be a number of ms/],
    'with a ratio and a limit': [SLO('{value: 3, target: 0.9}', RATIO), /value" must be absent for a ratioMetric/],
    'with an unknown endpoint': [
      SLO('{value: 20, target: 0.9}').replace('health', 'helth'),
      /endpoint" must be one of health, .* got "helth"/,
    ],
    'with another operator': [SLO('{op: gt, value: 20, target: 0.9}'), /op" must be "lte"/],
    'that is called as what the load finds of itself': [
      SLO('{value: 20, target: 0.9}').replace('fast', 'load.fast'),
      /"metadata\.name" must be a name other than "load": findings of the load itself are called so, got "load\.fast"/,
    ],
    'with time slices': [
      SLO('{value: 20, target: 0.9}').replace('  service', '  budgetingMethod: Timeslices\n  service'),
      /must be "Occurrences"/,
    ],
    'without an indicator': [SLO('{value: 20, target: 0.9}', ''), /either thresholdMetric or ratioMetric/],
  };
  test.each(Object.entries(refusals))('%s is refused', (_, [text, message]) => {
    expect(refusal(() => loadObjectives(file(text))).message).toMatch(message);
  });
});

describe('a target', () => {
  test.each([
    ['http://127.0.0.1:8080', undefined, { httpUrl: 'http://127.0.0.1:8080', wsUrl: 'ws://127.0.0.1:8080/ws' }],
    ['https://h/base/', undefined, { httpUrl: 'https://h/base', wsUrl: 'wss://h/base/ws' }],
    ['http://h//', undefined, { httpUrl: 'http://h', wsUrl: 'ws://h/ws' }],
    ['http://h', 'ws://h:8765/ws', { httpUrl: 'http://h', wsUrl: 'ws://h:8765/ws' }],
  ])('%s with --ws %s', (target, ws, expected) => {
    expect(targetUrls(target, ws)).toEqual(expected);
  });

  const MUST_BE = 'a URL that begins with http:// or https://, without credentials, query and fragment: it is stored';
  const refusals: Record<string, [string, got: string]> = {
    'that is no URL': ['localhost', '"localhost"'],
    'of another scheme': ['ftp://h', '"ftp://h"'],
    'with a password in it': ['http://me:s3cret@h', 'a text that is not repeated here'],
    'with a token in it': ['http://h/?token=s3cret', 'a text that is not repeated here'],
    'that is no URL but has a token': ['http://h:99999/?token=s3cret', 'a text that is not repeated here'],
    'that is no URL but has a password': ['http://me:s3cret@h:99999', 'a text that is not repeated here'],
    'with a query': ['http://h/?a=b', 'a text that is not repeated here'],
    'with the sign of a query, and none': ['http://h/?', 'a text that is not repeated here'],
    'with the sign of a fragment, and none': ['http://h/#', 'a text that is not repeated here'],
  };
  test.each(Object.entries(refusals))('%s is refused, and the secret not repeated', (_, [target, got]) => {
    const { message, hint } = refusal(() => readText(url, target, '--target'));
    expect(message).toBe(`--target must be ${MUST_BE}, got ${got}`);
    expect(hint).toMatch(got.startsWith('a text') ? /credentials go into the environment/ : /for example http:/);
    expect(hint).not.toContain('s3cret');
  });
});

describe('an API token', () => {
  test.each([
    [{}, undefined],
    [{ ARAGORA_API_TOKEN: '' }, undefined],
    [{ ARAGORA_API_TOKEN: 'eyJ.s3cret~+/=' }, 'eyJ.s3cret~+/='],
  ])('of %j is %j', (env, token) => {
    expect(apiToken(env)).toBe(token);
  });

  test.each(['s3cret\n', 's3 cret', 's3crét'])('%j fits no header, and is not repeated', (token) => {
    const { message, hint } = refusal(() => apiToken({ ARAGORA_API_TOKEN: token }));
    expect(message).toMatch(/must be visible ASCII/);
    expect(`${message}${hint}`).not.toContain('s3');
  });
});

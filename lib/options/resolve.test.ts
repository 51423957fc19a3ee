import { describe, expect, test } from 'vitest';
import { SloError } from '../core/error.ts';
import { wordsOf } from './command-line.ts';
import {
  type Kind,
  oneOf,
  onOff,
  path,
  port,
  positiveNumber,
  shareBelowOne,
  text,
  url,
  webSocketUrl,
  wholeNumber,
} from './kinds.ts';
import { checkedFile, readText, resolve } from './resolve.ts';
import type { OptionSpec } from './spec.ts';

const group = 'Toys';
const TOYS = [
  { name: 'toyUrl', kind: url, value: '<url>', text: 'where it is', group },
  { name: 'toyPort', kind: port, value: '<number>', text: 'where it listens', group, default: 1 },
  { name: 'toyFile', kind: path, value: '<file>', text: 'what it reads', group },
  { name: 'toySwitch', kind: onOff, text: 'play', group, default: true },
  { name: 'toyName', flag: 'called', kind: text, value: '<name>', text: 'how it is called', group },
  { name: 'toyList', kind: text, value: '<name...>', text: 'its parts', group, from: 'flag' },
  { name: 'toyBare', kind: port, value: '[port]', bare: 0, text: 'a port', group, from: 'flag' },
  { name: 'toyRef', kind: text, value: '<ref>', text: 'a ref', group, from: 'flag or variable' },
] as const satisfies readonly OptionSpec[];

const file = (values: Record<string, unknown>) => ({ path: 'toy.yaml', values });

function refusal(action: () => unknown): Pick<SloError, 'code' | 'message' | 'hint'> {
  try {
    action();
  } catch (error) {
    if (error instanceof SloError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('resolve', () => {
  test('takes the flag, else the variable, else the file, else the default', () => {
    const flags = { toyPort: '2' };
    const env = { ARAGORA_SLO_TOY_PORT: '3' };
    const said = file({ toyPort: 4 });
    const port = (given: Partial<Parameters<typeof resolve>[1]>) => {
      const { values, origins } = resolve(TOYS, { flags: {}, env: {}, ...given });
      return [values.toyPort, origins['toyPort']];
    };
    expect(port({ flags, env, file: said })).toEqual([2, 'flag']);
    expect(port({ env, file: said })).toEqual([3, 'variable']);
    expect(port({ env: { ARAGORA_SLO_TOY_PORT: '' }, file: said })).toEqual([4, 'file']);
    expect(port({})).toEqual([1, 'default']);
  });

  test('does not look where an option can not be said', () => {
    const everywhere = { toyList: 'x', toyBare: 7, toyRef: 'of the file' };
    const env = { ARAGORA_SLO_TOY_LIST: 'x', ARAGORA_SLO_TOY_BARE: '7', ARAGORA_SLO_TOY_REF: 'main' };
    const { values } = resolve(TOYS, { flags: {}, env, file: file(everywhere) });
    expect(values).toEqual({ toyPort: 1, toySwitch: true, toyRef: 'main' });
  });

  test('reads switches, lists, a flag without its value, and a flag of another name', () => {
    const flags = { toySwitch: false, toyList: ['a', 'b'], toyBare: true, toyName: 'Rex' };
    expect(resolve(TOYS, { flags, env: {} }).values).toEqual({
      toyPort: 1,
      toySwitch: false,
      toyList: ['a', 'b'],
      toyBare: 0,
      toyName: 'Rex',
    });
  });

  test('refuses an empty flag: the variable in a script is not set', () => {
    expect(() => resolve(TOYS, { flags: { toyName: '' }, env: {} })).toThrow('--called has an empty value');
    expect(() => resolve(TOYS, { flags: { toyList: ['a', ''] }, env: {} })).toThrow('--toy-list has an empty value');
  });

  test('does not check what something else wins over', () => {
    const said = { flags: { toyPort: '2' }, env: { ARAGORA_SLO_TOY_PORT: 'none' } };
    expect(resolve(TOYS, said).values).toMatchObject({ toyPort: 2 });
  });
});

describe('a wrong value is named the same way wherever it comes from, with its place:', () => {
  const inFile = (value: unknown) =>
    refusal(() => checkedFile(TOYS, { toyPort: value }, { path: 'toy.yaml', pathFrom: (said) => said }));

  test.each([
    ['--toy-port', 'usage', () => refusal(() => resolve(TOYS, { flags: { toyPort: '70000' }, env: {} }))],
    [
      'ARAGORA_SLO_TOY_PORT',
      'usage',
      () => refusal(() => resolve(TOYS, { flags: {}, env: { ARAGORA_SLO_TOY_PORT: '70000' } })),
    ],
    ['toy.yaml: "toyPort"', 'config-invalid', () => inFile(70_000)],
  ])('%s', (place, code, refused) => {
    expect(refused()).toMatchObject({ code, message: `${place} must be a port, 0 to 65535, got 70000` });
  });
});

describe('a kind', () => {
  const NAMES = oneOf('a colour', ['red', 'green']);
  const cases: readonly (readonly [Kind<unknown>, legal: Record<string, unknown>, wrong: readonly string[]])[] = [
    [
      url,
      { 'http://h': 'http://h', 'https://h:1/a/': 'https://h:1/a/' },
      ['h', 'ftp://h', 'http://h?', 'http://a@h', ''],
    ],
    [webSocketUrl, { 'ws://h/ws': 'ws://h/ws' }, ['http://h', 'ws://h/?a=b']],
    [port, { 0: 0, 65535: 65535 }, ['-1', '65536', '1.5', '1e3', 'x', ' 1']],
    [wholeNumber(1, 3), { 1: 1, 3: 3 }, ['0', '4']],
    [positiveNumber('a number', 5), { '0.5': 0.5, 5: 5 }, ['0', '-1', '6', 'Infinity', 'x']],
    [shareBelowOne, { '0.5': 0.5 }, ['0', '1', '50', 'x']],
    [onOff, { 1: true, true: true, 0: false, false: false }, ['yes', '2', 'TRUE']],
    [path, { a: 'a', '-': '-', 'a\n,b': 'a\n,b' }, ['-----BEGIN KEY', 'a\0b']],
    [NAMES, { red: 'red' }, ['blue', 'Red']],
  ];
  test.each(cases)('$expected', (kind, legal, wrong) => {
    for (const [said, value] of Object.entries(legal)) expect(readText(kind, said, '--x')).toBe(value);
    for (const said of wrong)
      expect(() => readText(kind, said, '--x'), said).toThrow(`--x must be ${kind.expected}, got `);
  });

  test('of names lists them, the nearest first', () => {
    expect(refusal(() => readText(NAMES, 'greem', '--x')).hint).toBe('did you mean "green"? legal values: red, green');
  });

  test('of an address says what is wrong with its port or its zone', () => {
    const hintOf = (said: string) => refusal(() => readText(url, said, '--x')).hint;
    expect(hintOf('http://127.0.0.1:65536')).toBe('a port is at most 65535');
    expect(hintOf('http://[fe80::1%eth0]:8080/')).toMatch(/^a URL can have no zone of IPv6/);
    expect(hintOf('http://h:1 2')).toBe('for example http://127.0.0.1:8080');
  });

  test('repeats nothing that may be a secret', () => {
    for (const said of ['http://me:s3cret@h', 'http://h/?token=s3cret', '-----BEGIN s3cret']) {
      const { message, hint = '' } = refusal(() => readText(url, said, '--x'));
      expect(message + hint).not.toContain('s3cret');
    }
  });
});

describe('a config file', () => {
  const check = (content: unknown) =>
    checkedFile(TOYS, content, { path: 'toy.yaml', pathFrom: (said) => `from/${said}` });

  test('is read with its paths as seen from the current folder, and may name its schema', () => {
    expect(check({ $schema: './config.schema.json', toyFile: 'a', toyPort: 3 })).toEqual({
      toyFile: 'from/a',
      toyPort: 3,
    });
  });

  const wrong: Record<string, [unknown, message: string, hint?: string]> = {
    'a list': [[], 'toy.yaml: the document must be an object with target, profile and the like, got a list'],
    nothing: [null, 'toy.yaml: the document must be an object with target, profile and the like, got null'],
    'an unknown key': [
      { toyProt: 1 },
      'toy.yaml: the document has no key "toyProt"',
      'did you mean "toyPort"? legal keys: toyUrl, toyPort, toyFile, toySwitch, toyName',
    ],
    'an option without a key': [{ toyBare: 1, toyRef: 'x' }, 'toy.yaml: the document has no key "toyBare", "toyRef"'],
    'a number in words': [{ toyPort: '1' }, 'toy.yaml: "toyPort" must be a port, 0 to 65535, got "1"'],
    'several things': [
      { toyName: '', toyPort: -1, toySwitch: 1 },
      'toy.yaml: "toyName" must be a text that is not empty, got ""; "toyPort" must be a port, 0 to 65535, got -1; "toySwitch" must be true or false (in a variable 1 or 0, too), got 1',
    ],
  };
  test.each(Object.entries(wrong))('with %s is refused', (_, [content, message, hint]) => {
    const refused = refusal(() => check(content));
    expect(refused).toMatchObject({ code: 'config-invalid', message });
    if (hint !== undefined) expect(refused.hint).toBe(hint);
  });
});

test('words say what is not the default, and leave out what no word can say', () => {
  const values = { toyPort: 1, toySwitch: false, toyList: ['a', 'b c'], toyName: 'Rex', toyUrl: { not: 'sayable' } };
  expect(wordsOf(TOYS, values)).toEqual(['--no-toy-switch', '--called', 'Rex', '--toy-list', 'a', '--toy-list', 'b c']);
});

import { expect, test } from 'vitest';
import { allOptions } from '../config/options.ts';
import { settingsOf, settingsText } from './settings.ts';

const ENV = {
  ARAGORA_SLO_LOKI: 'http://loki',
  ARAGORA_SLO_LOKI_TOKEN: 's3cret',
  ARAGORA_SLO_LOKI_CA: 'ca.pem',
  ARAGORA_SLO_OTLP_PORT: '70000',
  ARAGORA_SLO_JEAGER: 'http://jaeger',
  ARAGORA_SLO_K6: '/usr/bin/k6',
  ARAGORA_SLO_WS: '',
  PATH: '/bin',
};

test('settings are listed with where they are from, what a run would refuse, and variables that nothing reads', () => {
  const file = {
    path: 'mine.yaml',
    values: { target: 'http://h', loki: 'http://of-the-file', profile: { name: 'own' } },
  };
  const settings = settingsOf(allOptions(), { flags: {}, env: ENV, file });
  expect(settingsText(settings).split('\n')).toEqual([
    '✓ --target           http://h  (mine.yaml)',
    '✓ --profile          an object  (mine.yaml)',
    '✗ --otlp-port        ARAGORA_SLO_OTLP_PORT must be a port, 0 to 65535, got 70000',
    '✓ --loki             http://loki  (ARAGORA_SLO_LOKI)',
    '✓ --loki token       set (not shown)  (ARAGORA_SLO_LOKI_TOKEN)',
    '✓ --loki ca          ca.pem  (ARAGORA_SLO_LOKI_CA)',
    '· ARAGORA_SLO_JEAGER nothing reads it: did you mean ARAGORA_SLO_JAEGER?',
  ]);
  expect(settings.filter(({ refused }) => refused)).toHaveLength(1);
});

test('nothing set is nothing to list', () => {
  expect(settingsText(settingsOf(allOptions(), { flags: {}, env: {} }))).toBe('');
});

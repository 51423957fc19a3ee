import { describe, expect, it, test } from 'vitest';
import { breakNamed } from '../systems/breaks.ts';
import { parseTargetArgs } from './args.ts';

describe('the command line of the target', () => {
  it('reads every option', () => {
    const line =
      '--host ::1 --port 1 --ws-port 2 --seed 3 --break latency.health.p99 --latency consensus=constant(1ms) ' +
      '--debates kept --capacity 50 --delay-ms 5 --otlp http://h:4318 --trace-ratio 0.5 --log - --log-level WARNING';
    expect(parseTargetArgs(line.split(' '), { ARAGORA_API_TOKEN: 'secret' })).toEqual({
      host: '::1',
      port: 1,
      wsPort: 2,
      seed: 3,
      breaks: [breakNamed('latency.health.p99')],
      capacityPerSec: 50,
      debates: 'kept',
      patch: { waits: { consensus: 'constant(1ms)', all: 'constant(5ms)' } },
      tracing: { otlpUrl: 'http://h:4318', ratio: 0.5 },
      log: { to: 2, level: 'warning' },
      token: 'secret',
    });
  });

  test.each([
    ['--port 70000', '--port must be a port, 0 to 65535, got 70000'],
    ['--seed -1', "'--seed' argument is ambiguous"],
    ['--seed=x', '--seed must be a whole number, 0 to 4294967295, got "x"'],
    ['--capacity 0', '--capacity must be a whole number, 1 to 1000000, got 0'],
    ['--trace-ratio 2', '--trace-ratio must be a number from 0 to 1, got 2'],
    ['--latency healt=constant(1ms)', '--latency must be NAME=LAW, where NAME is one of health, debates-list'],
    ['--log-level loud', '--log-level must be a log level, got "loud"'],
    ['--nope', "Unknown option '--nope'"],
  ])('%s is refused', (line, message) => {
    expect(() => parseTargetArgs(line.split(' '), {})).toThrow(message.replace(/^'.*/, (text) => text));
    expect(() => parseTargetArgs(line.split(' '), {})).toThrow(expect.objectContaining({ code: 'usage', exitCode: 2 }));
  });
});

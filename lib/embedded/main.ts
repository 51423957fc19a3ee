/**
 * The entry of the reference target's own process: prints one JSON line `{httpUrl, wsUrl}` when ready, stops on SIGTERM, SIGINT,
 * or when the pipe on its stdin closes, so that it never outlives who started it. Each line on that pipe is an order of a fault, and is
 * answered by a line.
 */
import { fstatSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { SloError } from '../core/error.ts';
import { startTarget } from '../target/target.ts';
import { parseTargetArgs } from './args.ts';
import { isPressure, Pressure, type PressureOrder } from './pressure.ts';

try {
  const target = await startTarget(parseTargetArgs(process.argv.slice(2), process.env));
  const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);
  const stop = () => void target.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A terminal or /dev/null on stdin says nothing about the parent.
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) {
    const pressure = new Pressure();
    const orders = createInterface({ input: process.stdin }).once('close', stop);
    orders.on('line', (line) => {
      const order = JSON.parse(line) as PressureOrder;
      target.press(isPressure(order));
      void pressure.obey(order).then(say);
    });
  }
  const { httpUrl, wsUrl } = target;
  say({ httpUrl, wsUrl });
} catch (error) {
  if (!(error instanceof SloError)) throw error;
  process.stderr.write(`${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}\n`);
  process.exitCode = error.exitCode;
}

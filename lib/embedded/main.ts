/**
 * The entry of the reference target's own process: prints one JSON line `{httpUrl, wsUrl}` when ready, stops on SIGTERM, SIGINT,
 * or when the pipe on its stdin closes, so that it never outlives who started it.
 */
import { fstatSync } from 'node:fs';
import process from 'node:process';
import { SloError } from '../core/error.ts';
import { startTarget } from '../target/target.ts';
import { parseTargetArgs } from './args.ts';

try {
  const target = await startTarget(parseTargetArgs(process.argv.slice(2), process.env));
  const stop = () => void target.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A terminal or /dev/null on stdin says nothing about the parent.
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) process.stdin.resume().once('close', stop);
  const { httpUrl, wsUrl } = target;
  process.stdout.write(`${JSON.stringify({ httpUrl, wsUrl })}\n`);
} catch (error) {
  if (!(error instanceof SloError)) throw error;
  process.stderr.write(`${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}\n`);
  process.exitCode = error.exitCode;
}

/** `run --stack`: the documented stack around the embedded target, as options of a run that anybody could give to it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SloError } from '../core/error.ts';
import type { OpenRequest } from '../run/request.ts';
import { type Stack, startStack } from '../stack/around.ts';
import { STACK_BREAKS } from '../stack/breaks.ts';
import { PARTS } from '../stack/parts/index.ts';
import { freePorts } from '../stack/ports.ts';
import { HOST } from '../stack/process.ts';

export interface StackedRun<Request> {
  readonly request: Request;
  stop(): Promise<void>;
}

export interface StackRunOptions {
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What the reference target has that no part of the stack gives: the providers that the guide names, and alerts that are drilled. */
const OF_TARGET = { oauth: 'google,github', alerts: true } as const;

/**
 * Parts that a run with the embedded target brings itself. Those that ask the server are left out, too: their requests would be those of others,
 * and a run knows more of a server that nobody else asks.
 */
const OF_RUN = ['oauth'];

/** @throws SloError `usage` for a named target, and as `startStack`. */
export async function withStack<Request extends OpenRequest>(
  request: Request,
  options: StackRunOptions,
): Promise<StackedRun<Request>> {
  refuseContradictions(request);
  const { own, ofStack } = splitBreaks(request.targetArgs);
  const [port] = await freePorts(1);
  const target = { httpUrl: `http://${HOST}:${port}`, wsUrl: `ws://${HOST}:${port}/ws` };
  const folder = await mkdtemp(join(tmpdir(), 'aragora-slo-stack-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const parts = PARTS.filter(({ name, asksServer }) => asksServer !== true && !OF_RUN.includes(name));
  const stack = await startStack({ ...options, parts, target, folder, breaks: ofStack }).catch(
    async (error: unknown) => {
      await remove();
      throw error;
    },
  );
  return {
    request: around(request, stack, ['--port', `${port}`, ...own]),
    stop: async () => {
      await stack.stop();
      await remove();
    },
  };
}

function around<Request extends OpenRequest>(request: Request, stack: Stack, targetArgs: readonly string[]): Request {
  return {
    ...request,
    sources: { ...request.sources, ...OF_TARGET, ...stack.values },
    targetArgs: [...targetArgs, ...stack.targetArgs],
  };
}

function refuseContradictions({ target, telemetry }: OpenRequest): void {
  if (target !== undefined) {
    throw new SloError('usage', '--stack is for the embedded target, and cannot be used with a named one', {
      hint: '`aragora-slo stack up --target URL` starts it around a server of your own',
    });
  }
  if (telemetry === false) throw new SloError('usage', '--stack and --no-telemetry exclude each other');
}

/** `--break NAME` for each: those of the stack, and what the target gets. */
function splitBreaks(args: readonly string[]): {
  readonly own: readonly string[];
  readonly ofStack: readonly string[];
} {
  const known = STACK_BREAKS.map(({ name }) => name);
  const isOfStack = (at: number): boolean => args[at - 1] === '--break' && known.includes(args[at] ?? '');
  return {
    own: args.filter((_, at) => !isOfStack(at) && !isOfStack(at + 1)),
    ofStack: args.filter((_, at) => isOfStack(at)),
  };
}

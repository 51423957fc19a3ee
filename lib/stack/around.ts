/** Starts parts of the stack around a server, one after the other, and stops them all, whatever happens. */
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { SloError } from '../core/error.ts';
import type { MakeOptions } from './cache.ts';
import type { Part, Running, Surrounded } from './part.ts';
import { HOST } from './process.ts';

export interface StackOptions extends MakeOptions {
  readonly parts: readonly Part[];
  readonly target: Surrounded;
  /** Has a folder and a log for each part. */
  readonly folder: string;
  /** By the part's name; the others take free ones. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly breaks?: readonly string[];
  /** Called once a part runs. */
  readonly onRunning?: (part: Part, running: Running, logFile: string) => void;
}

export interface Stack {
  readonly running: ReadonlyMap<string, Running>;
  /** With these the reference target gives to the parts that run. */
  readonly targetArgs: readonly string[];
  /** Options of a run that reads them, by name. */
  readonly values: Readonly<Record<string, string>>;
  /** In the opposite order; resolves when nothing of it runs. It may be called again. */
  stop(): Promise<void>;
}

/** @throws SloError for what can't be built, a port that is taken, and a part that dies at its start. Then nothing of it runs. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { parts, signal, onProgress } = options;
  // Before anything runs: a build takes minutes.
  for (const { build } of parts) await build?.({ signal, onProgress });
  const running = new Map<string, Running>();
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopAll([...running.values()].reverse()));
  try {
    for (const part of parts) {
      signal?.throwIfAborted();
      running.set(part.name, await startPart(part, options, running));
    }
    signal?.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  const all = [...running.values()];
  return {
    running,
    targetArgs: all.flatMap(({ targetArgs = [] }) => targetArgs),
    values: Object.assign({}, ...all.map(({ values = {} }) => values)) as Record<string, string>,
    stop,
  };
}

async function startPart(part: Part, options: StackOptions, running: ReadonlyMap<string, Running>): Promise<Running> {
  const { target, ports = {}, breaks = [], signal, onProgress, onRunning } = options;
  const [folder, logFile] = [join(options.folder, part.name), join(options.folder, `${part.name}.log`)];
  const port = ports[part.name];
  if (port !== undefined) await refuseTaken(part, port);
  await mkdir(folder, { recursive: true });
  onProgress(`starting ${part.title}`);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const around = { target, folder, logFile, port, running, breaks, signal, onProgress };
    const started = await part.start(around);
    onRunning?.(part, started, logFile);
    return { ...started, stop: () => started.stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** @throws SloError `prerequisite-missing`. Otherwise some program would say so in the middle of its log, or another one answer in its place. */
async function refuseTaken({ name, title }: Part, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new SloError('prerequisite-missing', `port ${port} for ${title} can't be used: ${cause.message}`, {
          hint: `name another with --port ${name}=NUMBER; without it a free one is taken`,
          cause,
        }),
      ),
    );
    server.listen({ port, host: HOST, exclusive: true }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

/** Also the others, when one can't be stopped. */
async function stopAll(parts: readonly Running[]): Promise<void> {
  const failed: unknown[] = [];
  for (const part of parts) await part.stop().catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw failed[0];
}

/** The command `faults`: a layer in front of a server that breaks what passes, until a signal ends it. */
import type { Command } from 'commander';
import { addOptions, typedValues } from '../cli/options.ts';
import { progressDisplay } from '../cli/progress.ts';
import { type Shell, say } from '../cli/shell.ts';
import { loadFaults } from '../config/faults.ts';
import { TARGET, WS } from '../config/options.ts';
import { SloError } from '../core/error.ts';
import { type Fault, type FaultCount, faultText, isOfRequests, isOfServer, type LayerFault } from '../core/fault.ts';
import { countText } from '../core/numbers.ts';
import { startFaultLayer } from '../faults/layer.ts';
import type { OptionSpec } from '../options/spec.ts';

const { usual: _, ...target } = TARGET;

const FAULTS_OPTIONS = [
  { ...target, from: 'flag', required: true },
  { ...WS, text: 'its WebSocket address, where that has a port of its own', usual: 'the target', from: 'flag' },
] as const satisfies readonly OptionSpec[];

export function addFaults(program: Command, { signal }: Shell): void {
  const command = program
    .command('faults')
    .argument('<faults...>', 'names of faults, or YAML files with a list of them')
    .description('stand in front of a server and break what passes, until Ctrl-C; then say how often');
  addOptions(command, FAULTS_OPTIONS).action(async (named: readonly string[]) => {
    const { target, ws } = typedValues(command, FAULTS_OPTIONS);
    const faults = named.flatMap(loadFaults).map(passing);
    const display = progressDisplay(process.stderr, false);
    const servers = [target, ...(ws === undefined ? [] : [ws.replace(/^ws/, 'http')])];
    const layer = await startFaultLayer(servers, { onProgress: (line) => display.note(line), signal });
    try {
      await layer.set(faults);
      console.log(addresses(layer.urls, target, ws).join('\n'));
      for (const fault of faults) console.log(faultText(fault));
      const stopped = new Promise<null>((resolve) => {
        signal.addEventListener('abort', () => resolve(null), { once: true });
      });
      const ended = await Promise.race([stopped, layer.ended]);
      if (ended !== null) throw new SloError('prerequisite-missing', `the layer of faults ended by itself: ${ended}`);
      say(countsText(faults, (await layer.counts()).counts));
    } finally {
      await layer.stop();
      display.done();
    }
  });
}

/** @throws SloError `usage` for a fault that is not between clients and server. */
function passing(fault: Fault): LayerFault {
  if (!isOfServer(fault)) return fault;
  throw new SloError('usage', `the fault ${fault.kind} is in the server, and \`faults\` only stands in front of it`, {
    hint: '`run --fault` breaks the embedded server, any other by --fault-command, and pods with --kubernetes',
  });
}

/** Where it stands in front of what. */
function addresses(urls: readonly string[], target: string, ws: string | undefined): string[] {
  const [http = '', socket] = urls;
  const ofSocket = socket === undefined || ws === undefined ? [] : [`${socket.replace(/^http/, 'ws')} → ${ws}`];
  return [`${http} → ${target}`, ...ofSocket];
}

/** A line for each fault: how many of the requests that it looked at it hit. */
export function countsText(faults: readonly Fault[], counts: readonly FaultCount[]): string {
  const lines = faults.map((fault, at) => {
    const { seen, hit } = counts[at] ?? { seen: 0, hit: 0 };
    const what = fault.kind === 'socket-drop' ? 'WebSockets' : 'requests';
    const how = isOfRequests(fault)
      ? `hit ${countText(hit)} of ${countText(seen)} ${what}`
      : 'not counted: it looks at bytes, not at requests';
    return `${fault.kind}  ${how}`;
  });
  return `${lines.join('\n')}\n`;
}

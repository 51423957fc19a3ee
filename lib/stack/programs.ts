/** The programs of the documented stack that are built with Go: exact versions, their checksums, how each is compiled. */
import { join } from 'node:path';
import { runCommand } from '../engine/command.ts';
import type { MakeOptions } from './cache.ts';
import { type GoProgram, madeAlready, madeWithGo } from './go.ts';

const STACK_PROGRAMS = {
  prometheus: {
    module: 'github.com/prometheus/prometheus',
    version: 'v0.315.0',
    sum: 'h1:sFGZWmC2Hk9N1NBJGCnXYZb5hyLCq8yuAMoEjLAg6ac=',
    programs: ['./cmd/prometheus', './cmd/promtool'],
    // The discoveries of cloud providers would double the build. The documented configuration names the one of Kubernetes, and without
    // it would be refused.
    tags: 'remove_all_sd,enable_kubernetes_sd',
    usually: '3 to 6 minutes',
    fastClock: true,
  },
  alertmanager: {
    module: 'github.com/prometheus/alertmanager',
    version: 'v0.31.1',
    sum: 'h1:eAmIC42lzbWslHkMt693T36qdxfyZULswiHr681YS3Q=',
    programs: ['./cmd/alertmanager', './cmd/amtool'],
    usually: '1 to 2 minutes',
    fastClock: true,
  },
  blackbox: {
    module: 'github.com/prometheus/blackbox_exporter',
    version: 'v0.28.0',
    sum: 'h1:5n59xN6d4OtnwANA9nQIoBhwfG90b50cMByshvc/+zA=',
    programs: ['.'],
    usually: '1 to 2 minutes',
  },
  jaeger: {
    module: 'github.com/jaegertracing/jaeger',
    version: 'v1.76.0',
    sum: 'h1:sWCOOF1dr+NL0PLil7mFo3BqqQL8k4WiM7aguFbc14g=',
    programs: ['./cmd/jaeger'],
    usually: '3 to 5 minutes',
  },
  loki: {
    module: 'github.com/grafana/loki/v3',
    version: 'v3.7.8',
    sum: 'h1:bJ0WFWVOjgvG/jYmT9fIX15SYXXDwuEu/IMgTwMA97U=',
    programs: ['./cmd/loki'],
    unreplaced: {
      module: 'github.com/grafana/loki/pkg/push',
      sums: [
        'v0.0.0-20250630054201-94c0ba7b0952 h1:rLzoJGDnoXsZV2j/2atL6OVk9AHluTbDOD8Ls9trtIA=',
        'v0.0.0-20250630054201-94c0ba7b0952/go.mod h1:ny/0bFitf8KNZkZfweaI4hmwb5XPhaFD2d0kVcyKmjo=',
      ],
    },
    usually: '4 to 6 minutes',
  },
} as const satisfies Record<string, GoProgram>;

export type StackProgramName = keyof typeof STACK_PROGRAMS;
export const STACK_PROGRAM_NAMES = Object.keys(STACK_PROGRAMS) as readonly StackProgramName[];

/** The folder with the programs of this name, built now unless the cache has them. Throws as `cached` does. */
export function stackPrograms(name: StackProgramName, options: MakeOptions): Promise<string> {
  return madeWithGo(name, STACK_PROGRAMS[name], options);
}

/** The program of Prometheus or Alertmanager that looks at files. */
export async function toolPath(tool: 'promtool' | 'amtool', options: MakeOptions): Promise<string> {
  return join(await stackPrograms(tool === 'promtool' ? 'prometheus' : 'alertmanager', options), tool);
}

/** The same of promtool, where nothing is built for it: the machine's own, or the one in the cache; null for neither. */
export async function knownPromtool(): Promise<string | null> {
  const { startError } = await runCommand('promtool', ['--version'], { env: process.env });
  if (startError === undefined) return 'promtool';
  const folder = await madeAlready('prometheus', STACK_PROGRAMS.prometheus);
  return folder === null ? null : join(folder, 'promtool');
}

/** The part `blackbox`: the external monitor of the status page. Prometheus asks it to probe the server. */
import { runBlackbox } from '../blackbox.ts';
import type { Part } from '../part.ts';
import { stackPrograms } from '../programs.ts';

export const blackbox: Part = {
  name: 'blackbox',
  title: 'blackbox_exporter (status prober)',
  needs: [],
  asksServer: true,
  build: (options) => stackPrograms('blackbox', options),
  start: runBlackbox,
};

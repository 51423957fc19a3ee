/** The part `loki`: has the server's log, which a shipper of ours reads from its file. The documented one, Promtail, is at its end of life. */
import { join } from 'node:path';
import { LOKI_SILENT } from '../breaks.ts';
import { runLoki } from '../loki.ts';
import type { Part } from '../part.ts';
import { stackPrograms } from '../programs.ts';
import { startShipper } from '../shipper.ts';

export const loki: Part = {
  name: 'loki',
  title: 'Loki',
  needs: [],
  build: (options) => stackPrograms('loki', options),
  start: async (around) => {
    const running = await runLoki(around);
    const logFile = join(around.folder, 'server.log');
    const shipper = around.breaks.includes(LOKI_SILENT.name) ? null : startShipper(logFile, running.url);
    return {
      ...running,
      targetArgs: ['--also-log', logFile],
      values: { loki: running.url },
      places: { "reads the server's log": logFile },
      stop: async () => {
        await shipper?.stop();
        await running.stop();
      },
    };
  },
};

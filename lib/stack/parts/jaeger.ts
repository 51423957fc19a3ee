/** The part `jaeger`: gets the server's traces. */
import { runJaeger } from '../jaeger.ts';
import type { Part } from '../part.ts';
import { stackPrograms } from '../programs.ts';

export const jaeger: Part = {
  name: 'jaeger',
  title: 'Jaeger',
  needs: [],
  build: (options) => stackPrograms('jaeger', options),
  start: async (around) => {
    const running = await runJaeger(around);
    const { url, otlpUrl } = running;
    return {
      ...running,
      targetArgs: ['--also-otlp', otlpUrl],
      values: { jaeger: url },
      places: { 'takes traces (OTLP)': otlpUrl },
    };
  },
};

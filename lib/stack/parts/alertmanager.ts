/** The part `alertmanager`: with the documented configuration, as it has to be to work. It pages the sinks, never anybody real. */
import { runAlertmanager } from '../alertmanager.ts';
import type { Part } from '../part.ts';
import { documentedTexts } from '../places.ts';
import { stackPrograms } from '../programs.ts';

export const alertmanager: Part = {
  name: 'alertmanager',
  title: 'Alertmanager',
  needs: ['sinks'],
  build: (options) => stackPrograms('alertmanager', options),
  start: async (around) => runAlertmanager({ ...around, config: documentedTexts(around)['alertmanager.yml'] }),
};

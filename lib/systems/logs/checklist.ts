/** Items of the guides' verification checklists that findings on the log decide. */
import type { ChecklistGround } from '../../core/checklist.ts';
import { DOCUMENTED_LOGS } from './promises.ts';

const FIELDS = DOCUMENTED_LOGS.fields.filter(({ required }) => required).map(({ name }) => `logs.fields.${name}`);

export const LOG_CHECKLIST: Readonly<Record<string, ChecklistGround>> = {
  'observability.logging.json': { findings: ['logs.json', ...FIELDS] },
  'observability.logging.trace-ids': { findings: ['logs.trace-ids', 'traces.propagation'] },
  'observability.logging.levels': { findings: ['logs.levels', 'logs.levels.production'] },
  'observability.logging.loki': { findings: ['logs.loki.ingested'], without: 'connect Loki with --loki URL' },
};

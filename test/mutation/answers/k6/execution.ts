/** Stands for the module `k6/execution`. */
import { START_MS, stage } from '../stage.ts';

export default {
  scenario: {
    get name() {
      return stage().scenario;
    },
    get iterationInTest() {
      return stage().iteration;
    },
    startTime: START_MS,
  },
  vu: { idInTest: 1, metrics: { metadata: {} } },
};

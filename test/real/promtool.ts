/** Asks `promtool check metrics` about an exposition. */
import { execa } from 'execa';
import { promtoolPath } from '../backends/launch.ts';

export interface PromtoolVerdict {
  /** Whether it can be read at all; what lint says about it does not count. */
  readonly accepted: boolean;
  /** `text format parsing error in line 1: …`; '' when accepted. */
  readonly problem: string;
}

const REFUSED = /^error while linting: (text format parsing error .*)/m;
/** Exit code of promtool when the metrics were read and lint found a fault. */
const LINT_EXIT_CODE = 3;

export async function askPromtool(exposition: string): Promise<PromtoolVerdict> {
  const file = await promtoolPath();
  const { exitCode, stderr } = await execa(file, ['check', 'metrics'], { input: exposition, reject: false });
  if (exitCode === 0 || exitCode === LINT_EXIT_CODE) return { accepted: true, problem: '' };
  const problem = REFUSED.exec(stderr)?.[1];
  if (problem === undefined) throw new Error(`promtool exited with ${exitCode}: ${stderr}`);
  return { accepted: false, problem };
}

/** The command line of the workflows: chooses the step of the action, and reports its mistakes. */
import { basename } from 'node:path';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import { enginePath, ensureEngine } from '../engine/ensure.ts';
import { PACKAGED, type Platform, platformName } from '../engine/platform.ts';
import { gate } from './gate.ts';
import { answer, reportMistake } from './outputs.ts';
import { makePackages, publishPackages } from './packages.ts';

const USAGE = 'usage: aragora-slo-ci engine | build | gate | packages FOLDER [PLATFORM…] | publish FOLDER';

const onProgress = (line: string): void => console.log(line);

/** @returns the exit code; a mistake of the user is reported, not thrown. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const [step] = argv;
    if (step === 'gate') return await gate(env);
    if (step === 'engine') {
      const path = await enginePath(env);
      answer(env, { path, name: basename(path) });
      return EXIT_CODE.conforms;
    }
    if (step === 'build') {
      const { path } = await ensureEngine({ env, onProgress });
      console.log(path);
      return EXIT_CODE.conforms;
    }
    const [folder, ...names] = argv.slice(1);
    if (step === 'packages' && folder !== undefined) {
      await makePackages(folder, platformsOf(names), { env, onProgress });
      return EXIT_CODE.conforms;
    }
    if (step === 'publish' && folder !== undefined && names.length === 0) {
      await publishPackages(folder, { env, onProgress });
      return EXIT_CODE.conforms;
    }
    throw new SloError('usage', USAGE);
  } catch (error) {
    if (!(error instanceof SloError)) throw error;
    answer(env, { reason: reportMistake(env, error) });
    return error.exitCode;
  }
}

/** The platforms of these names; all where none is named. */
function platformsOf(names: readonly string[]): readonly Platform[] {
  if (names.length === 0) return PACKAGED;
  return names.map((name) => {
    const found = PACKAGED.find((platform) => platformName(platform) === name);
    if (found !== undefined) return found;
    const hint = legalValues(name, PACKAGED.map(platformName));
    throw new SloError('usage', `no package is made for the platform "${name}"`, { hint });
  });
}

/** The program of the release workflow: `plan` says which version is to be released, if any, and `publish` releases it. */
import { EXIT_CODE, SloError } from '../core/error.ts';
import { answer, reportMistake } from './outputs.ts';
import { isReleased, publish, releaseIn, releasesOf } from './release.ts';

/**
 * `plan` answers the output `version`: empty where there is nothing to release.
 * @param root as of `releaseIn`.
 * @returns the exit code; a mistake of the user is reported, not thrown.
 */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv, root?: URL): Promise<number> {
  try {
    const [step] = argv;
    if ((step !== 'plan' && step !== 'publish') || argv.length > 1)
      throw new SloError('usage', 'usage: aragora-slo-release plan | publish');
    const release = releaseIn(root);
    const github = releasesOf(env);
    const name = `v${release.version}`;
    if (await isReleased(release, github)) {
      console.log(`${name} is released already: nothing to do`);
      answer(env, { version: '' });
      return EXIT_CODE.conforms;
    }
    if (step === 'plan') {
      console.log(`${name} has no tag yet: it is to be released`);
      answer(env, { version: release.version });
      return EXIT_CODE.conforms;
    }
    const sha = env['GITHUB_SHA'];
    if (!sha) throw new SloError('usage', 'GITHUB_SHA is not set', { hint: 'a step has it' });
    await publish(release, sha, github);
    console.log(`released ${name}`);
    return EXIT_CODE.conforms;
  } catch (error) {
    if (!(error instanceof SloError)) throw error;
    reportMistake(env, error);
    return error.exitCode;
  }
}

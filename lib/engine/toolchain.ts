/** Which Go is installed, and whether it can build the engine. Finding that out fetches nothing. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandOptions, type CommandResult, runCommand } from './command.ts';

/** The first Go that fetches, by itself, the toolchain that go.mod names. */
export const OLDEST_GO = '1.21';

export type GoToolchain =
  | {
      readonly usable: true;
      /** The installed version, for example `go1.26.8`. */
      readonly version: string;
      /** true: it is older than the module needs, and builds with a newer one, which it fetches if necessary. */
      readonly takesNewer: boolean;
    }
  | { readonly usable: false; readonly reason: string; readonly remedy: string };

/** Looks at the Go on PATH, and at whether the user lets it fetch what the go.mod of `moduleDir` needs. */
export async function findGo(moduleDir: string, options: Omit<CommandOptions, 'cwd'>): Promise<GoToolchain> {
  const answer = await runCommand('go', ['version'], { ...options, env: { ...options.env, GOTOOLCHAIN: 'local' } });
  const installed = goVersion(answer.stdout);
  // An unreleased Go ("devel …") is newer than any that we need.
  if (installed === undefined && /\bdevel\b/.test(answer.stdout)) {
    return { usable: true, version: 'devel', takesNewer: false };
  }
  if (installed === undefined || answer.exitCode !== 0) return unusable(whyNone(answer));
  if (isOlder(installed, OLDEST_GO)) {
    return unusable(`Go is ${installed}, too old: ${OLDEST_GO} or newer is needed`);
  }
  const goMod = await readFile(join(moduleDir, 'go.mod'), 'utf8');
  const needed = /^go (\S+)/m.exec(goMod)?.[1] ?? OLDEST_GO;
  const preferred = /^toolchain (\S+)/m.exec(goMod)?.[1] ?? needed;
  const setting = (await runCommand('go', ['env', 'GOTOOLCHAIN'], options)).stdout.trim();
  const pinned = setting === 'local' ? installed : /^go[^+]+$/.exec(setting)?.[0];
  if (pinned !== undefined && isOlder(pinned, needed)) {
    return unusable(
      `Go is ${installed}, and GOTOOLCHAIN=${setting} keeps it from fetching the ${needed} that the load engine asks for`,
      `set GOTOOLCHAIN=auto, or install Go ${needed} or newer (https://go.dev/dl)`,
    );
  }
  return { usable: true, version: installed, takesNewer: pinned === undefined && isOlder(installed, preferred) };
}

function unusable(reason: string, remedy = `install Go ${OLDEST_GO} or newer (https://go.dev/dl)`): GoToolchain {
  return { usable: false, reason, remedy };
}

function whyNone({ startError, stdout, stderr }: CommandResult): string {
  if (startError?.code === 'ENOENT') return 'Go is not on PATH';
  return `"go version" answers ${JSON.stringify(startError?.message ?? (stdout + stderr).trim())}`;
}

function goVersion(text: string): string | undefined {
  return /\bgo\d+\.\d+\S*/.exec(text)?.[0];
}

function isOlder(version: string, than: string): boolean {
  return rank(version) < rank(than);
}

/** `go1.25.12` becomes 1,025,012. */
function rank(version: string): number {
  const [, major = 0, minor = 0, patch = 0] = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch);
}

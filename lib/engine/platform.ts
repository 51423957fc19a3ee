/** The systems and architectures that a load engine can be built for, and the npm package that brings it to each. */

export interface Platform {
  /** As Node's `process.platform`. */
  readonly system: string;
  /** As Node's `process.arch`. */
  readonly arch: string;
}

export const HOST: Platform = { system: process.platform, arch: process.arch };

/** Those that a release has a package for. */
export const PACKAGED: readonly Platform[] = [
  { system: 'linux', arch: 'x64' },
  { system: 'linux', arch: 'arm64' },
  { system: 'darwin', arch: 'x64' },
  { system: 'darwin', arch: 'arm64' },
  { system: 'win32', arch: 'x64' },
];

/** For example `linux-x64`. */
export function platformName({ system, arch }: Platform): string {
  return `${system}-${arch}`;
}

export function packageOf(platform: Platform): string {
  return `@aragora-slo/engine-${platformName(platform)}`;
}

/** The ending of a program's file. */
export function programSuffix({ system }: Platform): string {
  return system === 'win32' ? '.exe' : '';
}

/** Go's names, where they differ from Node's (https://nodejs.org/api/process.html#processarch, `go tool dist list`). */
const GO_SYSTEMS: Readonly<Record<string, string>> = { win32: 'windows' };
const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** GOOS and GOARCH. */
export function goPlatform({ system, arch }: Platform): { readonly GOOS: string; readonly GOARCH: string } {
  return { GOOS: GO_SYSTEMS[system] ?? system, GOARCH: GO_ARCHITECTURES[arch] ?? arch };
}

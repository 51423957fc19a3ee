/** What a test of the engine's build has around it: a module, a cache and a PATH of its own, with fake programs that are shell scripts. */
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SloError } from '../../lib/core/error.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';

/** What our engine answers to `k6 version`. */
export const OUR_K6 = `k6 v2.2.0 (go1.26.8, linux/amd64)
Extensions:
  aragora.dev/slo/engine/hdr.New , hdr [output]
`;
export const STOCK_K6 = 'k6 v2.3.1 (commit/abc, go1.26.8, linux/amd64)\n';

/** A script that prints the text. */
export const answers = (text: string) => `/bin/cat <<'END'\n${text}END`;

/** What `go mod vendor` of the fake go makes. */
export const VENDORED = 'one\ntwo\nthree\nfour\n';

export class EngineSite {
  readonly folder: string;
  /** The only folder on PATH besides the system's shell tools. */
  readonly bin: string;
  readonly moduleDir: string;
  readonly cache: string;
  readonly progress: string[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    [this.bin, this.moduleDir, this.cache] = [join(folder, 'bin'), join(folder, 'module'), join(folder, 'cache')];
  }

  static async make(): Promise<EngineSite> {
    const site = new EngineSite(await mkdtemp(join(tmpdir(), 'slo-engine-')));
    await mkdir(site.bin);
    await mkdir(site.moduleDir);
    await writeFile(join(site.moduleDir, 'go.mod'), 'module fake\n\ngo 1.25.0\n\ntoolchain go1.25.12\n');
    await writeFile(join(site.moduleDir, 'main.go'), 'package main\n');
    await writeFile(join(site.moduleDir, 'mends.json'), '[]');
    return site;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** A fake program for the test. */
  async fake(name: string, script: string): Promise<string> {
    const path = join(this.bin, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  /**
   * A fake go. `go version` prints `version`; `go env GOTOOLCHAIN` prints what the environment says, else auto; `go mod vendor` makes
   * `VENDORED`; `go build … -o FILE .` runs `build`, which by default notes that it ran, and writes a fake k6 with our output.
   */
  fakeGo(build = `printf "%s\\n" "$*" >> "${this.folder}/builds"`, version = 'go1.26.8'): Promise<string> {
    return this.fake(
      'go',
      `if [ "$1" = version ]; then echo "go version ${version} linux/amd64"; exit; fi
if [ "$2" = GOHOSTOS ]; then printf 'linux\\namd64\\n'; exit; fi
if [ "$1" = env ]; then echo "\${GOTOOLCHAIN:-auto}"; exit; fi
if [ "$1" = mod ]; then /bin/mkdir -p vendor/k6 && printf '${VENDORED}' > vendor/k6/socket.go; exit; fi
args="$*"
while [ "$1" != -o ]; do shift; done
${build}
/bin/cat > "$2" <<'SCRIPT'
#!/bin/sh
${answers(OUR_K6)}
SCRIPT
/bin/chmod 755 "$2"`,
    );
  }

  ensure(env: NodeJS.ProcessEnv = {}, signal?: AbortSignal) {
    return ensureEngine({
      onProgress: (line) => this.progress.push(line),
      env: { PATH: this.bin, ARAGORA_SLO_CACHE: this.cache, ...env },
      moduleDir: this.moduleDir,
      signal,
    });
  }

  /** What to change in the vendored file. */
  mend(fields: { readonly sha256: string; readonly more?: readonly object[] }): Promise<void> {
    const edits = [{ old: ['two', 'three'], new: ['three', 'two', 'more'] }, ...(fields.more ?? [])];
    const mends = [{ why: 'it drops frames', file: 'k6/socket.go', edits, sha256: fields.sha256 }];
    return writeFile(join(this.moduleDir, 'mends.json'), JSON.stringify(mends));
  }

  /** Engines, whole or not. */
  async cachedFiles(): Promise<string[]> {
    return (await readdir(this.cache)).filter((name) => !/\.(log|sha256)$/.test(name));
  }
}

/** What it throws. */
export async function complaint(promise: Promise<unknown>): Promise<SloError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SloError)) throw new Error(`expected a SloError, got ${String(error)}`);
  return error;
}

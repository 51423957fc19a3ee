/** Images for the test cluster, packed without any image builder: one layer each, as `docker save` writes them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface Image {
  readonly tag: string;
  /** Files by their path in the image. */
  readonly files: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  /** Where the pod does not say another one. */
  readonly user?: string;
}

const pack = (out: string, folder: string, names: readonly string[]): void => {
  const plain = ['--owner=0', '--group=0', '--sort=name'];
  execFileSync('tar', ['--create', '--file', out, '--directory', folder, ...plain, ...names]);
};

/** Writes the archive to `out`. */
export function packImage({ tag, files, links = {}, entrypoint, user = '' }: Image, out: string): void {
  const [root, packed] = [`${out}.root`, `${out}.packed`];
  for (const folder of ['tmp', 'bin']) mkdirSync(join(root, folder), { recursive: true });
  mkdirSync(packed);
  for (const [path, from] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(from, join(root, path));
    chmodSync(join(root, path), 0o755);
  }
  for (const [path, to] of Object.entries(links)) symlinkSync(to, join(root, path));
  const layer = join(packed, 'layer.tar');
  pack(layer, root, ['.']);
  const config = JSON.stringify({
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Entrypoint: entrypoint, Env: ['PATH=/usr/bin:/bin', 'HOME=/tmp'], WorkingDir: '/tmp', User: user },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(readFileSync(layer))}`] },
  });
  const name = `${sha256(config)}.json`;
  writeFileSync(join(packed, name), config);
  const manifest = [{ Config: name, RepoTags: [tag], Layers: ['layer.tar'] }];
  writeFileSync(join(packed, 'manifest.json'), JSON.stringify(manifest));
  pack(`${out}.part`, packed, [name, 'manifest.json', 'layer.tar']);
  renameSync(`${out}.part`, out);
  for (const folder of [root, packed]) rmSync(folder, { recursive: true });
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The libraries of a program of this machine, by their path. */
export function librariesOf(program: string): Record<string, string> {
  const listed = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  return Object.fromEntries(listed.map((path) => [path, path]));
}

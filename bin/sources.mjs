// Makes Node run the TypeScript sources as they are: k6's scripts and the harness share files, so nothing is compiled in advance.
import { createRequire } from 'node:module';

try {
  process.cwd();
} catch {
  // Every module that is loaded needs the current folder; without it they end in a stack trace.
  console.error('error: the current folder is gone\n  change to one that exists');
  process.exit(2);
}
const { engines } = createRequire(import.meta.url)('../package.json');
const [major = 0, minor = 0] = engines.node.match(/\d+/g).map(Number);
const [ownMajor = 0, ownMinor = 0] = process.version.match(/\d+/g).map(Number);
if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  // Checked before anything is loaded that an older Node can't read.
  console.error(`error: aragora-slo needs Node ${major}.${minor} or newer, this is ${process.version}`);
  process.exit(2);
}
const { register } = await import('tsx/esm/api');
// The tsconfig.json of the folder from which it is called belongs to another project: its `paths` would break our imports.
register({ tsconfig: false });

// Makes Node run the TypeScript sources as they are: the scripts k6 executes and the harness share files, so nothing is compiled ahead.
import { createRequire } from 'node:module';

try {
  process.cwd();
} catch {
  // Whatever is loaded asks for it, and ends in a stack trace.
  console.error('error: the current folder is gone\n  change to one that exists');
  process.exit(2);
}
const { engines } = createRequire(import.meta.url)('../package.json');
const [major = 0, minor = 0] = engines.node.match(/\d+/g).map(Number);
const [ownMajor = 0, ownMinor = 0] = process.version.match(/\d+/g).map(Number);
if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  // Said before anything is loaded that an older one can't read.
  console.error(`error: aragora-slo needs Node ${major}.${minor} or newer, this is ${process.version}`);
  process.exit(2);
}
const { register } = await import('tsx/esm/api');
// The tsconfig.json of the folder that it is called from is about another project: its `paths` would lead our imports astray.
register({ tsconfig: false });

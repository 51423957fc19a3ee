/** `build-engine.ts FILE`: builds the load engine as a run does, and puts it there. Used by the Dockerfile beside it. */
import { copyFileSync } from 'node:fs';
import { ensureEngine } from '../lib/engine/ensure.ts';

const [to] = process.argv.slice(2);
if (to === undefined) throw new Error('expected the file to write');
const { path, version } = await ensureEngine({ onProgress: (line) => console.log(line) });
copyFileSync(path, to);
console.log(`k6 ${version} with its hdr output: ${to}`);

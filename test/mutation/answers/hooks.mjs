/** Lets the scripts of the load find these stand-ins where they import k6. Node loads it with `--import`. */
import { register } from 'node:module';

const folder = new URL('k6/', import.meta.url).href;
const hooks = `export async function resolve(specifier, context, next) {
  const name = specifier === 'k6' ? 'k6' : specifier.startsWith('k6/') ? specifier.slice(3) : null;
  return next(name === null ? specifier : ${JSON.stringify(folder)} + name + '.ts', context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

/** Stands for the module `k6/http`. */
import { valueAt } from '../json-path.ts';
import { stage } from '../stage.ts';

const TOOK = { blocked: 1, duration: 4 };
/** k6's own number for a connection that was reset. */
const RESET = 1220;

function request(method: string, url: string, body: string | null) {
  const { pathname } = new URL(url);
  const answer = stage().server.ask({ method, path: pathname, body });
  if (answer === 'reset') return { status: 0, error_code: RESET, error: '', body: null, headers: {}, timings: TOOK };
  const { status, contentType, body: text } = answer;
  return {
    status,
    // As k6 numbers an answer from 400 on.
    error_code: status >= 400 ? 1000 + status : 0,
    error: '',
    body: text,
    headers: contentType === '' ? {} : { 'Content-Type': contentType },
    timings: TOOK,
    json: (path: string) => valueAt(text, path),
  };
}

export default { request };

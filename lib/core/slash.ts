/** The one redirect that is followed: to the same path with a slash at its end, or without. Many frameworks answer so. Runs in k6 and in Node. */

const ANY_METHOD = [307, 308];
/** After these a client may turn a POST into a GET. */
const GET_ALONE = [301, 302];

interface Redirect {
  readonly method: string;
  /** Of the request, without a query. */
  readonly url: string;
  readonly status: number;
  readonly location: string | undefined;
}

/** Where to send the request again, always to the same server; undefined for any other answer. */
export function slashRedirect({ method, url, status, location = '' }: Redirect): string | undefined {
  if (!ANY_METHOD.includes(status) && !(method === 'GET' && GET_ALONE.includes(status))) return undefined;
  const other = url.endsWith('/') ? url.slice(0, -1) : `${url}/`;
  // Whatever stands in front may have another name than the server knows.
  return pathOf(location) === pathOf(other) ? other : undefined;
}

function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]*/, '');
}
